package text_test

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"projectlogs/backend/local/text"
)

// TestDamageIsFound: whatever happened to a file, opening it is an error that says so.
func TestDamageIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	good, err := os.ReadFile(apiCorpus(r, 200).write(t, text.NewBuilder()))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.zap")
	f := func(what string, content []byte) {
		t.Helper()
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := text.Verify(path); !errors.Is(err, text.ErrDamaged) {
			t.Errorf("%s: Verify says %v", what, err)
		}
		if s, err := text.Open(path); !errors.Is(err, text.ErrDamaged) {
			t.Errorf("%s: Open says %v", what, err)
			if s != nil {
				s.Close()
			}
		}
		askUnverified(t, path)
	}
	f("empty", nil)
	f("zeros", make([]byte, len(good)))
	f("one byte", []byte{0})
	f("twice", append(append([]byte{}, good...), good...))
	for range 300 {
		flipped := append([]byte{}, good...)
		flipped[r.IntN(len(good))] ^= 1 << r.IntN(8)
		f("flipped", flipped)
	}
	for i := range 80 { // the footer and the fields decide what else is read: every byte of them
		flipped := append([]byte{}, good...)
		flipped[len(good)-1-i] ^= 0xFF
		f("flipped at the end", flipped)
	}
	for range 100 {
		f("cut", good[:r.IntN(len(good))])
		f("cut at the front", good[1+r.IntN(len(good)-1):])
	}
	for range 50 {
		zeroed := append([]byte{}, good...)
		start := r.IntN(len(good))
		clear(zeroed[start:min(len(good), start+4096)])
		if string(zeroed) != string(good) {
			f("zeroed page", zeroed)
		}
	}
}

// askUnverified opens a damaged file as if it had been verified. Anything but a panic or a fault is right.
func askUnverified(t *testing.T, path string) {
	s, err := text.OpenVerified(path)
	if err != nil {
		return
	}
	defer s.Close()
	for _, word := range []string{"voucher", "expired", "c", "absent"} {
		s.Term(text.Everywhere, word)
		s.Prefix(text.Everywhere, word)
		s.Count(text.Everywhere, word)
	}
}

// TestWrongContentUnderRightChecksum: a file that is whole and yet not ours to read is refused.
func TestWrongContentUnderRightChecksum(t *testing.T) {
	good, err := os.ReadFile(apiCorpus(rand.New(rand.NewPCG(12, 12)), 50).write(t, text.NewBuilder()))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.zap")
	f := func(what string, change func(content []byte)) {
		content := append([]byte{}, good[:len(good)-4]...)
		change(content)
		content = binary.BigEndian.AppendUint32(content, crc32.ChecksumIEEE(content))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := text.Verify(path); err != nil {
			t.Fatal(err)
		}
		if _, err := text.Open(path); !errors.Is(err, text.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	f("a later version of our rules", func(c []byte) { c[len("projectlogs text ")]++ })
	f("a later version of zap", func(c []byte) { c[len(c)-1]++ })
	f("fields that stand behind the end", func(c []byte) { c[len(c)-16] = 0x7F })
	f("a writer with a long name", func(c []byte) { c[len(c)-36] = 0x7F })

	stock := corpus{0: {text.Message: {"stock"}}}.writeStock(t)
	if _, err := text.Open(stock); !errors.Is(err, text.ErrDamaged) {
		t.Errorf("a segment of Bleve's own: %v", err)
	}
}

// TestWhatIsNoDamage: what keeps a whole file from being read must not lead to building it again.
func TestWhatIsNoDamage(t *testing.T) {
	dir := t.TempDir()
	if _, err := text.Open(filepath.Join(dir, "absent")); !errors.Is(err, text.ErrDamaged) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := text.OpenVerified(filepath.Join(dir, "absent")); !errors.Is(err, text.ErrDamaged) {
		t.Errorf("missing: %v", err)
	}
	if _, err := text.Open(dir); err == nil || errors.Is(err, text.ErrDamaged) {
		t.Errorf("a directory: %v", err)
	}
	path := corpus{0: {text.Message: {"whole"}}}.write(t, text.NewBuilder())
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		f.Close()
		t.Skip("not run: this user may read everything")
	}
	if _, err := text.Open(path); !errors.Is(err, fs.ErrPermission) || errors.Is(err, text.ErrDamaged) {
		t.Errorf("no permission: %v", err)
	}
}

// TestFileCutWhileOpen: the system answers a read behind the end of a mapped file with a signal that ends the
// process; here it is an error.
func TestFileCutWhileOpen(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: Windows does not cut a mapped file")
	}
	path := apiCorpus(rand.New(rand.NewPCG(13, 13)), 2000).write(t, text.NewBuilder())
	s := open(t, path)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prefix(text.Bodies, "c"); !errors.Is(err, text.ErrDamaged) {
		t.Errorf("Prefix: %v", err)
	}
	if _, err := s.Term(text.Bodies, "voucher"); !errors.Is(err, text.ErrDamaged) {
		t.Errorf("Term: %v", err)
	}
	if _, err := s.Count(text.Bodies, "voucher"); !errors.Is(err, text.ErrDamaged) {
		t.Errorf("Count: %v", err)
	}
}
