# Builds everything that is not checked in: the driver objects, the addon, the program of the attack suite, the generated
# grammar, the JavaScript.
#   make            all            make driver | addon | attacks | js    one part            make clean
#   make lint       style, types of imports, directions       make test
#   make docs       what is checked in and made from tables: etc/falco.yaml, docs/config.md, docs/command-line.md
#   make chart      what is checked in and made from the Helm chart: its schema and table of values, the kustomize bases
#   make addon LIBRARIES=static    holds libbpf and libelf     make driver ARCH=aarch64 OUT=FOLDER    for another architecture
#   make install [DESTDIR=] [PREFIX=/usr]                      make uninstall

PREFIX ?= /usr
DESTDIR ?=

.DELETE_ON_ERROR:
.PHONY: all driver addon attacks js grammar pages docs chart node-path lint test install uninstall clean
all: node-path driver addon attacks js pages

driver:
	$(MAKE) -C native/driver

addon:
	$(MAKE) -C native/addon

attacks:
	$(MAKE) -C test/attacks/program

GRAMMARS := $(patsubst %.ne,%.generated.ts,$(wildcard daemon/*/*.ne))
grammar: $(GRAMMARS)
%.generated.ts: %.ne node_modules/nearley/package.json
	node_modules/.bin/nearleyc $< -o $@

# The compiler is incremental too, but a start of it that finds nothing to do costs a second.
SOURCES := $(shell find daemon test -name '*.ts' -not -name '*.generated.ts')
js: dist/bundle/.made
dist/.compiled: $(SOURCES) $(GRAMMARS) tsconfig.json package-lock.json
	node_modules/.bin/tsc -p tsconfig.json
	@touch $@

# What bin/falco runs: all modules in a few files, which open in half the time of several hundred. The worker stands beside
# the file that starts it; packages written for `require` find one.
BUNDLE_HEAD := import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);
dist/bundle/.made: dist/.compiled node_modules/esbuild/package.json
	@rm -rf dist/bundle
	node_modules/.bin/esbuild dist/daemon/main.js dist/daemon/engine/worker.js --bundle --splitting --format=esm \
		--platform=node --target=node20 --legal-comments=eof --log-level=warning \
		--banner:js="$(BUNDLE_HEAD)" --outdir=dist/bundle/daemon --entry-names=[name] --chunk-names=[name]-[hash]
	node_modules/.bin/esbuild dist/test/attacks/main.js --bundle --format=esm --platform=node --target=node20 \
		--legal-comments=eof --log-level=warning --outfile=dist/bundle/attacks/main.js
	@touch $@

# Man page and completions.
pages: build/pages/.made
build/pages/.made: dist/.compiled scripts/pages.mjs
	node scripts/pages.mjs
	@touch $@

docs: dist/.compiled
	node scripts/pages.mjs --docs

# Renders charts where there is no Helm.
build/tools/helm-render: test/support/helm/render.go
	@mkdir -p $(@D)
	GO111MODULE=off GOPATH=/usr/share/gocode go build -o $@ $<

chart: build/tools/helm-render dist/bundle/.made
	node packaging/helm/generate.mjs build/tools/helm-render

# bin/falco starts without PATH: it reads here which node the build was made for.
node-path:
	@mkdir -p build
	@path=$$(node -p process.execPath) && { [ "$$path" = "$$(cat build/node-path 2>/dev/null)" ] || printf '%s\n' "$$path" >build/node-path; }

lint:
	node_modules/.bin/eslint .
	node_modules/.bin/prettier --check --log-level warn .
	node_modules/.bin/depcruise --config .dependency-cruiser.cjs daemon test

test:
	sh scripts/test

install:
	DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' sh packaging/install

uninstall:
	DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' sh packaging/install --uninstall

clean:
	rm -rf dist build $(GRAMMARS)
