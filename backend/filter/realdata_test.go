package filter_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestJSONValuesInRealDocuments: in real documents, and in the JSON texts within
// them, every path leads to what decoding the whole gives.
func TestJSONValuesInRealDocuments(t *testing.T) {
	dir := os.Getenv("PROJECTLOGS_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	files, err := filepath.Glob(filepath.Join(dir, "har", "*.har"))
	if err != nil || len(files) == 0 {
		t.Skipf("not run: no real inputs at %s", dir)
	}
	documents, compared := 0, 0
	for _, file := range append(files, filepath.Join(dir, "otlp-logs.json")) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimPrefix(string(b), "\ufeff")
		var root any
		if err := json.Unmarshal([]byte(text), &root); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		paths, inner := map[string]bool{}, []string{text}
		collect(root, "", paths, &inner)
		for _, doc := range inner {
			documents++
			found := map[string]bool{"no.such.path": true}
			var v any
			if err := json.Unmarshal([]byte(doc), &v); err != nil {
				t.Fatal(err)
			}
			collect(v, "", found, new([]string))
			for path := range found {
				got, want := valuesOf(doc, path), naiveJSON(doc, path)
				if !sameValues(t, got, want) {
					t.Fatalf("%s: %s gives %d values, want %d: %.300q, want %.300q", file, path, len(got), len(want), got, want)
				}
				compared += len(got)
			}
		}
	}
	if documents < 9 || compared < 5000 {
		t.Errorf("only %d documents, %d values", documents, compared)
	}
	t.Logf("%d documents, %d values", documents, compared)
}

// collect gathers the paths of a document, with and without the numbers of
// elements, and the texts in it that are JSON documents themselves.
func collect(v any, path string, paths map[string]bool, inner *[]string) {
	join := func(part string) string {
		if path == "" {
			return part
		}
		return path + "." + part
	}
	if path != "" && len(paths) < 400 {
		paths[path] = true
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			x, part := v[key], key
			if strings.ContainsAny(key, `."\`) || key == "" {
				part = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
			}
			collect(x, join(part), paths, inner)
		}
	case []any:
		for i, x := range v {
			collect(x, path, paths, inner)
			if i == 1 {
				collect(x, join(strconv.Itoa(i)), paths, inner)
			}
		}
	case string:
		if text := strings.TrimSpace(v); (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text)) {
			*inner = append(*inner, v)
		}
	}
}
