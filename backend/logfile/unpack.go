package logfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"

	"projectlogs/backend/audit"
)

// unpack.go is the one place where a packed file becomes its contents. Another
// packing is a line in packings.

// packings are recognised by how a file begins. One without open is known and
// cannot be unpacked.
var packings = []struct {
	name  string
	magic []string
	open  func(io.Reader) (io.Reader, error)
}{
	{"gzip", []string{"\x1f\x8b\x08"}, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"zlib", []string{"x\x01", "x\x9c", "x\xda"}, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }}, // .zhar
	{"zstd", []string{"\x28\xb5\x2f\xfd"}, nil},
	{"zip", []string{"PK\x03\x04", "PK\x05\x06"}, nil},
	{"bzip2", []string{"BZh"}, nil},
	{"xz", []string{"\xfd7zXZ\x00"}, nil},
	{"7z", []string{"7z\xbc\xaf\x27\x1c"}, nil},
	{"rar", []string{"Rar!\x1a\x07"}, nil},
	{"lz4", []string{"\x04\x22\x4d\x18"}, nil},
}

// unpack gives the contents of r and the name of its packing, "" for none. All
// members of a gzip file are read, one after the other.
func unpack(r *counter) (plain io.Reader, packing string, err error) {
	b := bufio.NewReaderSize(r, 64<<10)
	start, err := b.Peek(6)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	for _, p := range packings {
		for _, magic := range p.magic {
			if !bytes.HasPrefix(start, []byte(magic)) {
				continue
			}
			if p.open == nil {
				return nil, "", audit.Errorf(audit.Unsupported, "This is a %s file, which cannot be unpacked here yet. Unpack it and import what is in it.", p.name)
			}
			opened, err := p.open(b)
			return &unpacked{r: opened, source: r}, p.name, err
		}
	}
	return b, "", nil
}

// What a packed file may unpack to before it is taken for a bomb: a factor that
// logs do not reach, once it is so much that it matters.
const (
	bombFactor = 200
	bombSize   = 64 << 20
)

// unpacked watches how much comes out of how little.
type unpacked struct {
	r      io.Reader
	source *counter
	n      int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.n += int64(n)
	if u.n > bombSize && u.n/bombFactor > u.source.n {
		return 0, audit.Errorf(audit.TooLarge, "The file unpacks to more than %d times its size, which logs do not: reading stopped after %d MB. If you trust it, unpack it and import what is in it.",
			bombFactor, u.n>>20)
	}
	return n, err
}
