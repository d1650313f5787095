package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// pagePolicy is what the page may do: nothing but its own files and its own
// server. Checked in Chromium and WebKitGTK; svelte-trusted-html is the name
// that Svelte gives its policy.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html"

// sealedPolicy is for everything that is no page.
const sealedPolicy = "default-src 'none'; frame-ancestors 'none'"

// unbuilt stands in for a page that was not built.
const unbuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Project Logs</title>
<h1>The page is not built</h1>
<p>This program was built without its page. The API and the command line work.</p>
<p>Run <code>make build</code> in the sources and start the program that it makes.</p>
</html>
`

// page is the built page: few files, all in memory.
type page map[string]pageFile // by the path of the address

type pageFile struct {
	content    []byte
	kind       string // media type
	tag        string // ETag
	unchanging bool   // its name changes with its content
}

func readPage(from fs.FS) (page, error) {
	files := page{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		address := "/" + name
		if name == "index.html" {
			address = "/"
		}
		files[address] = pageFile{content, kindOf(name), tagOf(content), strings.HasPrefix(name, "assets/")}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, ok := files["/"]; !ok {
		files["/"] = pageFile{[]byte(unbuilt), kindOf("index.html"), tagOf([]byte(unbuilt)), false}
	}
	return files, nil
}

// kinds are the media types of a built page's files; those of the machine's own
// table may be anything.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2",
	".json": "application/json", ".map": "application/json", ".txt": "text/plain; charset=utf-8",
}

func kindOf(name string) string {
	if kind, ok := kinds[path.Ext(name)]; ok {
		return kind
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func tagOf(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// serve answers with a file of the page, if the request asks for one. The
// page's state is in the query of "/", so there are no further addresses.
func (p page) serve(w http.ResponseWriter, r *http.Request) bool {
	f, ok := p[r.URL.Path]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Security-Policy", pagePolicy)
	switch {
	case r.URL.Path == "/": // no-store, as everywhere
	case f.unchanging:
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	default:
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", f.tag)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
	return true
}
