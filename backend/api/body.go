package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

// body is how a route takes the request's body: which types, how large.
type body struct {
	types []string // media types; none: there is no body, or an empty JSON object
	limit int64    // bytes after decompression; 0: as large as the disk
	// asFile leaves the bytes as they came: a compressed file is recognised by
	// its content, where it is read.
	asFile bool
}

const (
	mb        = 1 << 20
	maxAppend = 64 * mb // of one POST …/logs, which is held in memory
)

var (
	noBody   = body{limit: 1 << 10}
	jsonBody = body{types: []string{"application/json"}, limit: mb}
	logsBody = body{types: []string{"application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}, limit: maxAppend}
	fileBody = body{asFile: true}
)

// readTimeout is how long a client may take between two pieces of its body.
// Tests have less patience.
var readTimeout = 30 * time.Second

// receive checks what the request says of its body, and puts the limits around it.
func (b body) receive(w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		if len(b.types) > 0 || b.asFile {
			return invalidf("The request has no body.")
		}
		return nil
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return invalidf("A %s request has no body.", r.Method)
	}
	if err := b.checkType(r); err != nil {
		return err
	}
	if b.limit > 0 && r.ContentLength > b.limit {
		return tooLarge(b.limit)
	}
	raw := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{&hurried{raw, http.NewResponseController(w)}, raw}
	if b.asFile {
		return nil
	}
	if err := decompress(r); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, b.limit)
	if len(b.types) == 0 {
		return decode(r, &struct{}{}) // {} says nothing; anything else would be overheard
	}
	return nil
}

// checkType refuses what a form of a web page can send, and what is not asked for.
func (b body) checkType(r *http.Request) error {
	given := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	if b.asFile {
		// curl sends this type when it is told none, and with -d it takes the line
		// ends out of the file.
		if kind == "application/x-www-form-urlencoded" {
			return unsupported("A file cannot be sent as a form. Send it with --data-binary and -H 'Content-Type: application/octet-stream'.")
		}
		return nil
	}
	types := b.types
	if len(types) == 0 {
		types = jsonBody.types
	}
	if err != nil || !slices.Contains(types, kind) {
		return unsupported(fmt.Sprintf("The body's Content-Type is %.100q; it must be %s.", given, strings.Join(types, " or ")))
	}
	return nil
}

func unsupported(message string) error {
	return &audit.Error{Code: audit.Unsupported, Message: message}
}

// hurried gives each piece of a body a limited time.
type hurried struct {
	from    io.Reader
	control *http.ResponseController
}

func (h *hurried) Read(p []byte) (int, error) {
	// Only a test's recorder has no deadlines.
	_ = h.control.SetReadDeadline(time.Now().Add(readTimeout))
	n, err := h.from.Read(p)
	if err == io.EOF {
		// From now on the connection is listened to, to see whether the client is
		// there; that may take as long as the answer.
		_ = h.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// decompress unpacks a body that says that it is compressed.
func decompress(r *http.Request) error {
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			return invalidf("The body says that it is gzip, but it cannot be unpacked: %w.", err)
		}
		r.Body = struct {
			io.Reader
			io.Closer
		}{unpacked, r.Body}
		return nil
	default:
		return unsupported(fmt.Sprintf("The body's Content-Encoding is %.100q; gzip is understood.", encoding))
	}
}

// readBody reads a whole body of a route with a limit.
func readBody(r *http.Request) ([]byte, error) {
	b, err := io.ReadAll(r.Body)
	switch {
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, invalidf("The body ends too early or is damaged: %w.", err)
	case err != nil:
		return nil, err
	}
	return b, nil
}

// decode reads a JSON object into v, a pointer to a struct. A member that v does
// not have is an error.
func decode(r *http.Request, v any) error {
	b, err := readBody(r)
	if err != nil {
		return err
	}
	return decodeBytes(b, v)
}

func decodeBytes(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, err := d.Token(); err != io.EOF {
			return invalidf("The body goes on after its JSON object.")
		}
		return nil
	}
	return sayJSON(err, v)
}

// sayJSON says in a sentence what encoding/json found.
func sayJSON(err error, v any) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return invalidf("The body is no JSON: %s, at byte %d.", strings.TrimPrefix(syntax.Error(), "json: "), syntax.Offset)
	case errors.As(err, &kind) && kind.Field == "":
		return invalidf("The body is a JSON %s; it must be an object.", kind.Value)
	case errors.As(err, &kind):
		return invalidf("The member %s is a %s; it must be a %s.", kind.Field, kind.Value, jsonKind(kind.Type))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return invalidf("The body ends in the middle of its JSON.")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return unknownName("member", strings.Trim(name, `"`), members(reflect.TypeOf(v).Elem()))
	}
	return invalidf("The body cannot be read: %w.", err)
}

// jsonKind is what JSON calls a type of Go.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "string"
	case reflect.Slice:
		return "list"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Pointer:
		return jsonKind(t.Elem())
	}
	return "whole number"
}

// members are the names that a struct has in JSON.
func members(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if f.Anonymous {
			names = append(names, members(f.Type)...)
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
