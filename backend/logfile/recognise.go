package logfile

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// found is what a file is.
type found struct {
	format  string
	wrapper string // of JSON: the name of the array in the outer object
}

// recognise looks at the beginning of a text until it is sure what it is, or
// there is no more to see. A forced format is not questioned, but for what is no
// text at all.
func recognise(in *input, name, format string) (found, error) {
	for {
		w := bytes.TrimLeft(in.window(), " \t\r\n\x1e")
		last := in.err != nil || in.n-in.i == len(in.buf)
		if len(w) == 0 && in.err != nil {
			if in.err == io.EOF {
				return found{}, audit.Errorf(audit.Invalid, "The file is empty.")
			}
			return found{}, in.err
		}
		if len(w) >= 16 || last {
			if what := binary(w); what != "" {
				return found{}, audit.Errorf(audit.Unsupported, "This is %s, not a log file.", what)
			}
		}
		if format != Auto && format != JSON {
			return found{format: format}, nil
		}
		f, err := look(w, name, last, in.err != nil)
		if err != nil && in.err != nil && in.err != io.EOF {
			err = in.err // it ends early: that is what to say
		}
		if f.format != "" || err != nil {
			if format == JSON {
				f.format = JSON
			}
			return f, err
		}
		in.more()
	}
}

// look says what a text is that begins with w; nothing where more of it must be
// seen. With last there is no more to see, with whole w is all there is.
func look(w []byte, name string, last, whole bool) (found, error) {
	if len(w) == 0 {
		return found{}, nil
	}
	switch {
	case w[0] == '{':
		return lookObject(w, last, whole)
	case w[0] == '[' && looksLikeArray(w):
		return found{format: JSON}, nil
	}
	complete := completeLines(w, last)
	if len(complete) == 0 {
		return found{}, nil
	}
	if header := tableHeader(complete[0]); len(header) > 1 && audit.KnownNames(header) > 1 {
		if _, err := audit.NewColumns(header); err == nil {
			return found{format: CSV}, nil
		}
	}
	for _, line := range complete {
		if _, ok := accessLog(line); ok {
			return found{format: Access}, nil
		}
		if _, err := rawjson.Parse(line, audit.MaxDepth); err == nil && strings.HasPrefix(line, "{") {
			return found{format: NDJSON}, nil
		}
	}
	if !last && len(complete) < seenLines {
		return found{}, nil
	}
	switch strings.ToLower(path.Ext(strings.TrimSuffix(name, ".gz"))) {
	case ".csv", ".tsv":
		return found{format: CSV}, nil
	}
	return found{}, audit.Errorf(audit.Unsupported,
		"This is no log file that we know; it begins with %s. We know HAR, NDJSON, JSON, CSV with a header, and access logs of Apache and nginx, also packed with gzip.", shown(complete[0]))
}

// seenLines is how many lines are tried.
const seenLines = 50

// completeLines are the first lines of w that are not cut off.
func completeLines(w []byte, last bool) []string {
	var out []string
	for len(w) > 0 && len(out) < seenLines {
		end := bytes.IndexAny(w, "\r\n")
		if end < 0 && !last {
			break
		}
		line := w
		if end >= 0 {
			line = w[:end]
			w = w[end+1:]
		} else {
			w = nil
		}
		if line := bytes.TrimSpace(line); len(line) > 0 {
			out = append(out, string(line))
		}
	}
	return out
}

// tableHeader takes a line apart as the header of a table.
func tableHeader(line string) []string {
	f := &csvFile{in: &input{buf: []byte(line), n: len(line), err: io.EOF}, max: len(line), separator: separatorOf([]byte(line))}
	if strings.HasPrefix(line, "sep=") {
		return []string{"time", "status"} // Excel's own line: the header follows
	}
	if _, err := f.read(); err != nil {
		return nil
	}
	return f.cells
}

// looksLikeArray tells [{… from [Sun Nov 22….
func looksLikeArray(w []byte) bool {
	w = bytes.TrimLeft(w[1:], " \t\r\n")
	if len(w) == 0 {
		return true
	}
	return strings.IndexByte(`{["]-0123456789`, w[0]) >= 0 || bytes.HasPrefix(w, []byte("null")) || bytes.HasPrefix(w, []byte("true")) || bytes.HasPrefix(w, []byte("false"))
}

// wrappers are names under which programs put a list of logs into an object.
var wrappers = []string{"logs", "data", "entries", "items", "records", "events", "results", "rows"}

// lookObject tells what begins with an object: a HAR, an object around an array,
// one object a line, or anything else of JSON.
func lookObject(w []byte, last, whole bool) (found, error) {
	in := &input{buf: w, i: 1, n: len(w), err: io.EOF}
	var p piece
	wrapper, telling := "", false
	for {
		name, ok, err := in.member(&p)
		if !ok && err == nil {
			break // the end of the object
		}
		c := byte(0)
		if err == nil {
			c, err = in.token(false)
		}
		if err != nil {
			return lookCut(w, err, wrapper, telling, last, whole)
		}
		switch {
		case name == "log" && c == '{':
			return found{format: HAR}, nil
		case (name == "resourceLogs" || name == "resource_logs") && c == '[':
			return found{}, audit.Errorf(audit.Unsupported, "This is an OTLP request. OTLP files cannot be read yet; HAR, NDJSON, JSON, CSV and access logs can.")
		case c == '[' && wrapper == "" && isWrapper(name):
			wrapper = name
		case c != '{' && c != '[':
			telling = telling || audit.KnownNames([]string{name}) > 0
		}
		if err := in.value(&p, 0); err != nil {
			return lookCut(w, err, wrapper, telling, last, whole)
		}
	}
	object, behind := w[:in.i], bytes.TrimLeft(w[in.i:], " \t")
	switch {
	case wrapper != "" && !telling && !isLog(object):
		return found{format: JSON, wrapper: wrapper}, nil
	case bytes.ContainsAny(object, "\r\n"):
		return lookLines(w, last, found{format: JSON}), nil
	case len(behind) == 0 && !last:
		return found{}, nil
	case len(behind) == 0 || behind[0] == '\n' || behind[0] == '\r':
		return found{format: NDJSON}, nil
	}
	return lookLines(w, true, found{format: NDJSON}), nil
}

func isWrapper(name string) bool {
	for _, w := range wrappers {
		if strings.EqualFold(name, w) {
			return true
		}
	}
	return false
}

// isLog says whether an object is a log by itself.
func isLog(object []byte) bool {
	_, err := audit.ParseLog(object)
	return err == nil
}

// lookCut decides where the first object is not whole, or no JSON.
func lookCut(w []byte, err error, wrapper string, telling, last, whole bool) (found, error) {
	_, broken := err.(*damage)
	f := found{format: NDJSON}
	if bytes.ContainsAny(w, "\r\n") || whole {
		f.format = JSON
	}
	if wrapper != "" && !telling && !broken {
		return found{format: JSON, wrapper: wrapper}, nil
	}
	if broken || last {
		if broken && !last && len(completeLines(w, false)) == 0 {
			return found{}, nil
		}
		return lookLines(w, last, f), nil
	}
	return found{}, nil
}

// lookLines takes a text for one object a line if half of its lines are that,
// else for what is given: a first line that is damaged must not hide the others.
func lookLines(w []byte, last bool, otherwise found) found {
	all := completeLines(w, false)
	good := 0
	for _, line := range all {
		if _, err := rawjson.Parse(line, audit.MaxDepth); err == nil && line[0] == '{' && len(line) > 2 {
			good++
		}
	}
	if good > 0 && 2*good >= len(all)-1 {
		return found{format: NDJSON}
	}
	if !last && len(all) < seenLines && otherwise.format != JSON {
		return found{}
	}
	return otherwise
}

// shown quotes the beginning of a line for a sentence.
func shown(line string) string {
	line = rawjson.LatinText(line)
	if len(line) > 80 {
		cut := 80
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		line = line[:cut] + "…"
	}
	return fmt.Sprintf("%q", line)
}

// magics are how files begin that people drop on a window by mistake.
var magics = []struct{ begins, what string }{
	{"\x89PNG\r\n\x1a\n", "a PNG picture"},
	{"\xff\xd8\xff", "a JPEG picture"},
	{"II*\x00", "a TIFF picture"},
	{"MM\x00*", "a TIFF picture"},
	{"\x00\x00\x01\x00", "an icon"},
	{"%PDF-", "a PDF document"},
	{"{\\rtf", "an RTF document"},
	{"\xd0\xcf\x11\xe0", "an old Office document"},
	{"\x7fELF", "a program (ELF)"},
	{"\xcf\xfa\xed\xfe", "a program (Mach-O)"},
	{"\xca\xfe\xba\xbe", "a Java class or program"},
	{"\x00asm", "a WebAssembly module"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"\x1aE\xdf\xa3", "a film file"},
	{"\x1f\x8b", "a gzip file within a gzip file"},
	{"PK\x03\x04", "a zip file within a packed file"},
	{"\xd4\xc3\xb2\xa1", "a network capture (pcap)"},
	{"\x0a\x0d\x0d\x0a", "a network capture (pcapng)"},
}

// wordMagics could begin a text as well: only with a zero byte after them they
// are what they say.
var wordMagics = []struct{ begins, what string }{
	{"GIF8", "a GIF picture"},
	{"BM", "a BMP picture"},
	{"MZ", "a program (Windows)"},
	{"PAR1", "a Parquet file"},
	{"ID3", "a sound file"},
	{"OggS", "a sound or film file"},
	{"fLaC", "a sound file"},
	{"wOFF", "a font"},
	{"wOF2", "a font"},
}

// markups are how texts begin that are no logs, in any case of letters.
var markups = []struct{ begins, what string }{
	{"<!DOCTYPE html", "an HTML page"}, {"<html", "an HTML page"}, {"<?xml", "an XML document"},
}

// binary says what a file is that is no text of logs, "" for what may be one.
func binary(w []byte) string {
	start := w[:min(len(w), 4<<10)]
	for _, m := range magics {
		if bytes.HasPrefix(w, []byte(m.begins)) {
			return m.what
		}
	}
	for _, m := range wordMagics {
		if bytes.HasPrefix(w, []byte(m.begins)) && bytes.IndexByte(start, 0) >= 0 {
			return m.what
		}
	}
	for _, m := range markups {
		if len(w) >= len(m.begins) && bytes.EqualFold(w[:len(m.begins)], []byte(m.begins)) {
			return m.what
		}
	}
	switch {
	case len(w) >= 12 && string(w[:4]) == "RIFF":
		return "a picture or sound file (" + strings.TrimSpace(string(w[8:12])) + ")"
	case len(w) >= 12 && string(w[4:8]) == "ftyp":
		return "a film or picture file (" + strings.TrimSpace(string(w[8:12])) + ")"
	case len(w) >= 262 && string(w[257:262]) == "ustar":
		return "a tar archive"
	}
	control := 0
	for _, c := range start {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0x1b && c != 0x1e {
			control++
		}
	}
	if control*10 > len(start) {
		return "a binary file"
	}
	return ""
}
