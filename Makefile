# Builds everything that is not checked in: the driver objects, the addon, the generated grammar, the JavaScript.
#   make            all            make driver | addon | js    one part            make clean

.PHONY: all driver addon js grammar clean
all: driver addon js

driver:
	$(MAKE) -C native/driver

addon:
	$(MAKE) -C native/addon

GRAMMAR := daemon/filter/grammar
grammar: $(GRAMMAR).generated.ts
$(GRAMMAR).generated.ts: $(GRAMMAR).ne
	node_modules/.bin/nearleyc $< -o $@

js: grammar
	node_modules/.bin/tsc -p tsconfig.json

clean:
	rm -rf dist build daemon/filter/*.generated.ts
