package filter_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// naiveJSON is the oracle for JSONValues on valid documents: it decodes the
// whole and walks the tree. Objects are given as JSON.
func naiveJSON(doc, path string) (values []string) {
	var parts []string
	for _, part := range splitPath(path) {
		if strings.HasPrefix(part, `"`) {
			part = strings.ReplaceAll(strings.ReplaceAll(part[1:len(part)-1], `\"`, `"`), `\\`, `\`)
		}
		parts = append(parts, part)
	}
	if first := strings.TrimSpace(doc); first == "" || first[0] != '{' && first[0] != '[' {
		if strings.Contains(doc, "=") && !strings.ContainsAny(doc, " \n<>\"{}") {
			form, _ := url.ParseQuery(doc)
			return form[strings.Join(parts, ".")]
		}
		return nil
	}
	d := json.NewDecoder(strings.NewReader(doc))
	d.UseNumber()
	for {
		var v any
		if err := d.Decode(&v); err == io.EOF || err != nil {
			return values
		}
		values = append(values, naiveWalk(v, parts)...)
	}
}

// splitPath cuts at dots outside quotes. Quoted parts have no escaped quotes at
// their end in these tests.
func splitPath(path string) (parts []string) {
	quoted, start := false, 0
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && quoted:
			i++
		case path[i] == '"':
			quoted = !quoted
		case path[i] == '.' && !quoted:
			parts = append(parts, path[start:i])
			start = i + 1
		}
	}
	return append(parts, path[start:])
}

func naiveWalk(v any, parts []string) (values []string) {
	switch v := v.(type) {
	case []any:
		if len(parts) > 0 && isAllDigits(parts[0]) {
			if n, err := strconv.Atoi(parts[0]); err == nil && n < len(v) {
				return naiveWalk(v[n], parts[1:])
			}
			return nil
		}
		for _, x := range v {
			values = append(values, naiveWalk(x, parts)...)
		}
		return values
	case map[string]any:
		if len(parts) == 0 {
			return []string{asJSON(v)}
		}
		for n := 1; n <= len(parts); n++ {
			if x, ok := v[strings.Join(parts[:n], ".")]; ok {
				values = append(values, naiveWalk(x, parts[n:])...)
			}
		}
		return values
	}
	if len(parts) > 0 {
		return nil
	}
	switch v := v.(type) {
	case string:
		return []string{v}
	case json.Number:
		return []string{v.String()}
	case bool:
		return []string{strconv.FormatBool(v)}
	}
	return nil
}

func isAllDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func asJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}
