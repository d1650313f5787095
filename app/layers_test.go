package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// layers says how high each package stands: it may import only what stands
// lower. A folder's subpackages belong to it and stand where it does, unless
// they are named.
var layers = map[string]int{
	"projectlogs":                    6,
	"projectlogs/app":                6,
	"projectlogs/app/windowtest":     6,
	"projectlogs/backend/api":        5,
	"projectlogs/backend/work":       4,
	"projectlogs/backend/ingest":     3,
	"projectlogs/backend/storetest":  3,
	"projectlogs/backend/logfile":    2,
	"projectlogs/backend/redact":     2,
	"projectlogs/backend/sample":     2,
	"projectlogs/backend/local":      2,
	"projectlogs/backend/local/text": 1,
	"projectlogs/backend/audit":      1,
	"projectlogs/backend/filter":     0,
	"projectlogs/backend/rawjson":    0,
	"projectlogs/frontend":           0,
}

// only says who alone may import a package or what begins with it.
var only = map[string][]string{
	"github.com/wailsapp/wails":   {"projectlogs/app"},
	"github.com/dgraph-io/badger": {"projectlogs/backend/local", "projectlogs/backend/local/text"},
	"github.com/blevesearch/":     {"projectlogs/backend/local", "projectlogs/backend/local/text"},
	"projectlogs/backend/local":   {"projectlogs", "projectlogs/app", "projectlogs/backend/local"},
	"projectlogs/frontend":        {"projectlogs/app"},
	"github.com/spf13/pflag":      {"projectlogs/app"},
}

type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
	Doc        string
}

func TestImportsPointDown(t *testing.T) {
	for _, tags := range []string{"", "desktop,production"} {
		for _, p := range list(t, tags) {
			layer, known := layers[p.ImportPath]
			if !known {
				if strings.HasPrefix(p.ImportPath, "projectlogs/build/") {
					continue // programs of the build, not of the product
				}
				t.Errorf("%s stands in no layer; give it one in layers_test.go", p.ImportPath)
				continue
			}
			if p.Doc == "" && p.ImportPath != "projectlogs" {
				t.Errorf("%s has no package comment", p.ImportPath)
			}
			for _, imported := range p.Imports {
				checkImport(t, p.ImportPath, layer, imported)
			}
		}
	}
}

func checkImport(t *testing.T, importer string, layer int, imported string) {
	t.Helper()
	if lower, ours := layers[imported]; ours && lower >= layer && !(layer == 6 && lower == 6) {
		t.Errorf("%s (layer %d) imports %s (layer %d): imports point down only", importer, layer, imported, lower)
	}
	if layer == 0 && strings.Contains(strings.Split(imported, "/")[0], ".") {
		t.Errorf("%s imports %s: layer 0 has the standard library only", importer, imported)
	}
	for prefix, allowed := range only {
		if !strings.HasPrefix(imported, prefix) || importer == prefix {
			continue
		}
		ok := false
		for _, a := range allowed {
			ok = ok || a == importer
		}
		if !ok {
			t.Errorf("%s imports %s, which only %s may", importer, imported, strings.Join(allowed, ", "))
		}
	}
}

// TestWailsStandsInOneFile: everything else of app builds without it.
func TestWailsStandsInOneFile(t *testing.T) {
	out, err := exec.Command("grep", "-rl", "--include=*.go", "wailsapp/wails", "..").Output()
	if err != nil {
		t.Fatalf("grep: %v", err)
	}
	for file := range strings.Lines(string(out)) {
		file = strings.TrimSpace(file)
		if strings.HasSuffix(file, "layers_test.go") || strings.HasSuffix(file, "/window.go") || strings.Contains(file, "/tools/") || strings.Contains(file, "node_modules") {
			continue
		}
		t.Errorf("%s knows Wails; only app/window.go may", file)
	}
}

// TestOnlyAppReadsFlagsAndEnvironment keeps settings out of the layers below.
func TestOnlyAppReadsFlagsAndEnvironment(t *testing.T) {
	out, err := exec.Command("grep", "-rnE", "--include=*.go", "--exclude=*_test.go", "--exclude-dir=storetest", `os\.(Getenv|LookupEnv|Args|Exit)|"flag"|log\.Fatal`, "../backend").CombinedOutput()
	if err == nil {
		t.Errorf("only app reads flags and environment, and nobody else ends the process:\n%s", out)
	}
}

func list(t *testing.T, tags string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Standard,Doc", "-tags", tags, "projectlogs/...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %s", exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 5 {
		t.Fatalf("go list found %d packages", len(all))
	}
	return all
}
