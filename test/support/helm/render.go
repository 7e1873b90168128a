// Renders a Helm chart as `helm template` does, from Go's text/template and sprig alone: for tests and for the kustomize
// bases, where there is no Helm.
//
// Standard input is a JSON list of requests, standard output the list of their answers. What Helm has and this does not
// (subcharts, library charts, hooks, lookup of a cluster) is refused or empty, as with `helm template`.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o render render.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// request is one rendering: `helm template RELEASE CHART --namespace N --values V[0] --values V[1] …`.
type request struct {
	Chart       string                   `json:"chart"`
	Release     string                   `json:"release"`
	Namespace   string                   `json:"namespace"`
	Service     string                   `json:"service"`
	Upgrade     bool                     `json:"upgrade"`
	Values      []map[string]interface{} `json:"values"`
	APIVersions []string                 `json:"apiVersions"`
	KubeVersion string                   `json:"kubeVersion"`
	// Only lay values over each other.
	ValuesOnly bool `json:"valuesOnly"`
}

// answer has either an error or what was rendered.
type answer struct {
	Error string `json:"error,omitempty"`
	// Values as templates see them: Helm validates these against values.schema.json.
	Values map[string]interface{} `json:"values,omitempty"`
	// Manifests by path of the template, those that are blank left out.
	Manifests map[string]string `json:"manifests,omitempty"`
	Notes     string            `json:"notes,omitempty"`
}

// kubeVersion and versionSet are what `.Capabilities` consists of.
type kubeVersion struct{ Version, Major, Minor string }

func (v kubeVersion) String() string     { return v.Version }
func (v kubeVersion) GitVersion() string { return v.Version }

type versionSet []string

func (s versionSet) Has(version string) bool {
	for _, known := range s {
		if known == version {
			return true
		}
	}
	return false
}

// files is `.Files`: those of the chart that are neither templates nor its own description.
type files map[string][]byte

func (f files) Get(name string) string      { return string(f[name]) }
func (f files) GetBytes(name string) []byte { return f[name] }

// What every Kubernetes of today serves.
var builtIn = versionSet{"v1", "apps/v1", "batch/v1", "networking.k8s.io/v1", "policy/v1", "rbac.authorization.k8s.io/v1"}

func main() {
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := make([]answer, len(requests))
	for i, one := range requests {
		var err error
		if answers[i], err = render(one); err != nil {
			answers[i].Error = err.Error()
		}
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}

func render(r request) (answer, error) {
	var out answer
	var chart, values map[string]interface{}
	if err := readYAML(filepath.Join(r.Chart, "Chart.yaml"), &chart); err != nil {
		return out, err
	}
	if err := readYAML(filepath.Join(r.Chart, "values.yaml"), &values); err != nil {
		return out, err
	}
	given := map[string]interface{}{}
	for _, layer := range r.Values {
		given = overlay(given, layer)
	}
	values = coalesce(given, values)
	out.Values = values
	if r.ValuesOnly {
		return out, nil
	}

	sources, others, err := readChart(r.Chart)
	if err != nil {
		return out, err
	}
	name := chart["name"].(string)
	top := map[string]interface{}{
		"Values": values,
		"Chart":  capitalised(chart),
		"Files":  others,
		"Release": map[string]interface{}{
			"Name": r.Release, "Namespace": orElse(r.Namespace, "default"), "Service": orElse(r.Service, "Helm"),
			"IsInstall": !r.Upgrade, "IsUpgrade": r.Upgrade, "Revision": 1,
		},
		"Capabilities": capabilities(r),
	}

	set := template.New("gotpl").Option("missingkey=zero")
	set.Funcs(functions(set))
	paths := make([]string, 0, len(sources))
	for path := range sources {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	for _, path := range paths {
		if _, err := set.New(name + "/" + path).Parse(sources[path]); err != nil {
			return out, fmt.Errorf("parse error at (%s/%s): %w", name, path, err)
		}
	}
	out.Manifests = map[string]string{}
	for _, path := range paths {
		if strings.HasPrefix(filepath.Base(path), "_") {
			continue
		}
		full := name + "/" + path
		top["Template"] = map[string]interface{}{"Name": full, "BasePath": name + "/templates"}
		var text bytes.Buffer
		if err := set.ExecuteTemplate(&text, full, top); err != nil {
			return out, fmt.Errorf("execution error at (%s): %w", full, err)
		}
		rendered := strings.ReplaceAll(text.String(), "<no value>", "")
		switch {
		case strings.HasSuffix(path, "NOTES.txt"):
			out.Notes = rendered
		case strings.TrimSpace(rendered) != "":
			out.Manifests[path] = rendered
		}
	}
	return out, nil
}

// functions are sprig's without those that look into the environment, and Helm's own.
func functions(set *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	depth := 0
	deeper := func(run func() (string, error)) (string, error) {
		if depth++; depth > 1000 {
			return "", fmt.Errorf("templates include each other without an end")
		}
		defer func() { depth-- }()
		return run()
	}
	own := template.FuncMap{
		"include": func(name string, data interface{}) (string, error) {
			return deeper(func() (string, error) {
				var text strings.Builder
				err := set.ExecuteTemplate(&text, name, data)
				return text.String(), err
			})
		},
		"tpl": func(source string, data interface{}) (string, error) {
			return deeper(func() (string, error) {
				copied, err := set.Clone()
				if err != nil {
					return "", err
				}
				copied.Option("missingkey=zero").Funcs(functions(copied))
				if copied, err = copied.New("tpl").Parse(source); err != nil {
					return "", err
				}
				var text strings.Builder
				err = copied.Execute(&text, data)
				return strings.ReplaceAll(text.String(), "<no value>", ""), err
			})
		},
		"required": func(message string, value interface{}) (interface{}, error) {
			if value == nil || value == "" {
				return value, fmt.Errorf("%s", message)
			}
			return value, nil
		},
		"lookup": func(string, string, string, string) map[string]interface{} { return map[string]interface{}{} },
		"toYaml": func(value interface{}) string {
			text, err := yaml.Marshal(value)
			if err != nil {
				return ""
			}
			return strings.TrimSuffix(string(text), "\n")
		},
		"fromYaml": func(text string) map[string]interface{} {
			out := map[string]interface{}{}
			if err := yaml.Unmarshal([]byte(text), &out); err != nil {
				out["Error"] = err.Error()
			}
			return out
		},
		"fromYamlArray": func(text string) []interface{} {
			out := []interface{}{}
			if err := yaml.Unmarshal([]byte(text), &out); err != nil {
				out = []interface{}{err.Error()}
			}
			return out
		},
		"toJson": func(value interface{}) string {
			text, err := json.Marshal(value)
			if err != nil {
				return ""
			}
			return string(text)
		},
		"fromJson": func(text string) map[string]interface{} {
			out := map[string]interface{}{}
			if err := json.Unmarshal([]byte(text), &out); err != nil {
				out["Error"] = err.Error()
			}
			return out
		},
	}
	for name, function := range own {
		all[name] = function
	}
	return all
}

func capabilities(r request) map[string]interface{} {
	version := orElse(r.KubeVersion, "v1.31.0")
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	return map[string]interface{}{
		"KubeVersion": kubeVersion{Version: version, Major: parts[0], Minor: parts[1]},
		"APIVersions": append(append(versionSet{}, builtIn...), r.APIVersions...),
		"HelmVersion": map[string]interface{}{"Version": "v3.18.0"},
	}
}

// readChart sorts the chart's files as Helm does: templates, and what `.Files` has.
func readChart(root string) (map[string]string, files, error) {
	sources, others := map[string]string{}, files{}
	special := map[string]bool{"Chart.yaml": true, "values.yaml": true, "values.schema.json": true, ".helmignore": true}
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		switch {
		case strings.HasPrefix(name, "charts/") || strings.HasPrefix(name, "crds/"):
			return fmt.Errorf("%s: subcharts and CRDs are not rendered here", name)
		case strings.HasPrefix(name, "templates/"):
			sources[name] = string(content)
		case !special[name]:
			others[name] = content
		}
		return nil
	})
	return sources, others, err
}

func readYAML(path string, into interface{}) error {
	content, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(content, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// overlay lays one file of values over those before it; null stays, to take a default away later.
func overlay(below, above map[string]interface{}) map[string]interface{} {
	out := map[string]interface{}{}
	for key, value := range below {
		out[key] = value
	}
	for key, value := range above {
		lower, isMap := out[key].(map[string]interface{})
		upper, both := value.(map[string]interface{})
		if isMap && both {
			out[key] = overlay(lower, upper)
		} else {
			out[key] = value
		}
	}
	return out
}

// coalesce lays the given values over the defaults: maps are merged, null takes a default away, all else replaces it.
func coalesce(given, defaults map[string]interface{}) map[string]interface{} {
	out := map[string]interface{}{}
	for key, value := range given {
		out[key] = value
	}
	for key, value := range defaults {
		mine, there := out[key]
		if !there {
			out[key] = value
			continue
		}
		if mine == nil {
			delete(out, key)
			continue
		}
		upper, isMap := mine.(map[string]interface{})
		lower, both := value.(map[string]interface{})
		if isMap && both {
			out[key] = coalesce(upper, lower)
		}
	}
	return out
}

// capitalised has the fields of Chart.yaml as templates call them.
func capitalised(chart map[string]interface{}) map[string]interface{} {
	out := map[string]interface{}{}
	for key, value := range chart {
		if key != "" {
			out[strings.ToUpper(key[:1])+key[1:]] = value
		}
	}
	return out
}

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}
