package local_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/local"
)

func parse(t testing.TB, q string) filter.Expr {
	t.Helper()
	e, err := audit.LogSchema.Parse(q)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// plainLogs are logs that are easy to count: every third failed, every tenth
// says voucher.
func plainLogs(n int) []audit.Log {
	logs := make([]audit.Log, n)
	for i := range logs {
		logs[i] = audit.Log{
			ID: fmt.Sprintf("log_%06d", i), Time: time.Unix(1_700_000_000+int64(i), 0).UTC(), Status: 200, Method: "POST",
			URL: fmt.Sprintf("/v1/things/%d", i), Request: audit.Payload{Body: fmt.Sprintf("body number %d", i)},
		}
		if i%3 == 0 {
			logs[i].Status = 500
		}
		if i%10 == 0 {
			logs[i].Response.Body = "the voucher"
		}
	}
	return logs
}

// answers asks by column, by word, by id and in order.
func answers(t *testing.T, s *local.Store, n int) {
	t.Helper()
	for q, want := range map[string]int{"": n, "status:500": (n + 2) / 3, "voucher": (n + 9) / 10, "-voucher status:200": n - (n+9)/10 - (n+2)/3 + (n+29)/30, "url:*/things/7": 1} {
		page, err := s.Search(t.Context(), audit.Query{Project: "default", Filter: parse(t, q)})
		if err != nil || page.Total != int64(want) || !page.TotalExact {
			t.Errorf("%q: %d logs, want %d; %v", q, page.Total, want, err)
		}
	}
	page, err := s.Search(t.Context(), audit.Query{Project: "default", Limit: 3})
	if err != nil || len(page.Logs) != 3 || page.Logs[0].ID != fmt.Sprintf("log_%06d", n-1) {
		t.Errorf("the newest: %v, %v", page.Logs, err)
	}
	if l, err := s.Get(t.Context(), "default", "log_000005"); err != nil || l.Request.Body != "body number 5" {
		t.Errorf("get: %+v, %v", l, err)
	}
}

// TestDerivedFilesComeBack damages each file of the index in each way while the
// store is closed: the answers stay right, and the files are built again.
func TestDerivedFilesComeBack(t *testing.T) {
	const n = 500
	damages := map[string]func(path string) error{
		"removed": os.Remove,
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"cut": func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			return os.Truncate(path, info.Size()/2)
		},
		"flipped": func(path string) error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i := 10; i < len(b); i += 100 {
				b[i] ^= 0x55
			}
			// In place: an open file sees it.
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt(b, 0)
			return closeBoth(err, f)
		},
	}
	for _, pattern := range []string{"*.col", "*.zap"} {
		for how, damage := range damages {
			t.Run(pattern+" "+how, func(t *testing.T) {
				dir := t.TempDir()
				s := open(t, dir, local.Small())
				if _, err := s.Append(t.Context(), "default", plainLogs(n)); err != nil {
					t.Fatal(err)
				}
				if err := s.Reindexed(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				files, err := filepath.Glob(filepath.Join(dir, "index", "*", pattern))
				if err != nil || len(files) != n/64 && len(files) != n/64+1 {
					t.Fatal(files, err)
				}
				for _, f := range files {
					if err := damage(f); err != nil {
						t.Fatal(err)
					}
				}
				s = open(t, dir, local.Small())
				answers(t, s, n)
				if err := s.Reindexed(t.Context()); err != nil {
					t.Fatal(err)
				}
				again, err := filepath.Glob(filepath.Join(dir, "index", "*", pattern))
				if err != nil || len(again) != len(files) {
					t.Errorf("%d files are there again, want %d", len(again), len(files))
				}
				if c, err := s.Check(t.Context(), nil); err != nil || len(c.Faults) > 0 || c.Logs != n {
					t.Errorf("check: %+v, %v", c, err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

func closeBoth(err error, f *os.File) error {
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// TestEmptyFilesOfBadger leaves what a kill can leave: Badger alone does not
// open then.
func TestEmptyFilesOfBadger(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, local.Small())
	if _, err := s.Append(t.Context(), "default", plainLogs(100)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"00090.mem", "000090.vlog"} {
		if err := os.WriteFile(filepath.Join(dir, "logs", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, dir, local.Small())
	answers(t, s, 100)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLostWritesAreNotMixedUp takes back the last writes, as a damaged
// write-ahead log does, and appends other logs under the same numbers: nothing
// of the lost ones may come up again.
func TestLostWritesAreNotMixedUp(t *testing.T) {
	const n, kept = 500, 96
	dir := t.TempDir()
	s := open(t, dir, local.Small())
	lost := plainLogs(n)
	for i := kept; i < n; i++ {
		lost[i].ID, lost[i].Request.Body, lost[i].Method = fmt.Sprintf("lost_%d", i), "lost words", "LOST"
	}
	if _, err := s.Append(t.Context(), "default", lost); err != nil {
		t.Fatal(err)
	}
	must(t, s.Reindexed(t.Context()))
	must(t, s.Close())
	db, err := badger.Open(badger.DefaultOptions(filepath.Join(dir, "logs")).WithLogger(nil))
	must(t, err)
	must(t, db.Update(func(txn *badger.Txn) error {
		item, err := txn.Get([]byte("ndefault"))
		if err != nil {
			return err
		}
		v, err := item.ValueCopy(nil)
		if err != nil {
			return err
		}
		if binary.BigEndian.Uint64(v[5:]) != n {
			t.Errorf("the count is %d", binary.BigEndian.Uint64(v[5:]))
		}
		binary.BigEndian.PutUint64(v[5:], kept)
		return txn.Set([]byte("ndefault"), v)
	}))
	must(t, db.Close())
	s = open(t, dir, local.Small())
	answers(t, s, kept)
	must(t, s.Close())
	if n := countRecords(t, dir); n != 2*kept/16 {
		t.Errorf("%d records are stored, want %d", n, 2*kept/16)
	}
	s = open(t, dir, local.Small())
	if added, err := s.Append(t.Context(), "default", plainLogs(n)); err != nil || added != n-kept {
		t.Errorf("added %d, %v", added, err)
	}
	must(t, s.Reindexed(t.Context()))
	answers(t, s, n)
	for _, q := range []string{"lost", "method:LOST", "id:lost*"} {
		if page, err := s.Search(t.Context(), audit.Query{Project: "default", Filter: parse(t, q)}); err != nil || page.Total != 0 {
			t.Errorf("%s: %d, %v", q, page.Total, err)
		}
	}
	if c, err := s.Check(t.Context(), nil); err != nil || len(c.Faults) > 0 || c.Logs != n {
		t.Errorf("check: %+v, %v", c, err)
	}
	must(t, s.Close())
}

// countRecords counts what is stored of logs, reachable or not.
func countRecords(t *testing.T, dir string) (n int) {
	t.Helper()
	db, err := badger.Open(badger.DefaultOptions(filepath.Join(dir, "logs")).WithLogger(nil))
	must(t, err)
	must(t, db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte("l")})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			n++
		}
		return nil
	}))
	must(t, db.Close())
	return n
}

// TestCheckFindsDamage changes stored bytes in Badger itself: check has to name
// the logs, the others stay as they are.
func TestCheckFindsDamage(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, local.Small())
	if _, err := s.Append(t.Context(), "default", plainLogs(200)); err != nil {
		t.Fatal(err)
	}
	must(t, s.Reindexed(t.Context()))
	must(t, s.Close())
	flipBlocks(t, dir, 'B', 2)
	s = open(t, dir, local.Small())
	c, err := s.Check(t.Context(), nil)
	if err != nil || len(c.Faults) < 32 || c.Logs != 200-32 {
		t.Errorf("check: %d logs, faults %v, %v", c.Logs, c.Faults, err)
	}
	if _, err := s.Get(t.Context(), "default", "log_000005"); audit.CodeOf(err) != audit.Damaged {
		t.Errorf("a damaged log: %v", err)
	}
	if page, err := s.Search(t.Context(), audit.Query{Project: "default", Filter: parse(t, "status:500")}); err != nil || page.Total != 67 {
		t.Errorf("by columns: %d, %v", page.Total, err)
	}
	must(t, s.Close())

	flipBlocks(t, dir, 'H', 3)
	must(t, os.RemoveAll(filepath.Join(dir, "index")))
	for range 2 { // with columns from the logs, then from the files
		s = open(t, dir, local.Small())
		if page, err := s.Search(t.Context(), audit.Query{Project: "default"}); err != nil || page.Total != 200-48 {
			t.Errorf("without the damaged heads: %d, %v", page.Total, err)
		}
		if c, err := s.Check(t.Context(), nil); err != nil || len(c.Faults) < 48 || c.Logs != 200-48 {
			t.Errorf("check: %d logs, faults %v, %v", c.Logs, c.Faults, err)
		}
		must(t, s.Reindexed(t.Context()))
		must(t, s.Close())
	}
}

// flipBlocks changes a bit in the first n blocks of a family.
func flipBlocks(t *testing.T, dir string, family byte, n int) {
	t.Helper()
	db, err := badger.Open(badger.DefaultOptions(filepath.Join(dir, "logs")).WithLogger(nil))
	must(t, err)
	kvs := map[string][]byte{}
	must(t, db.Update(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.DefaultIteratorOptions)
		defer it.Close()
		for it.Seek([]byte("l")); it.ValidForPrefix([]byte("l")) && len(kvs) < n; it.Next() {
			if k := it.Item().KeyCopy(nil); k[13] == family {
				v, err := it.Item().ValueCopy(nil)
				if err != nil {
					return err
				}
				v[len(v)/2] ^= 1
				kvs[string(k)] = v
			}
		}
		for k, v := range kvs {
			if err := txn.Set([]byte(k), v); err != nil {
				return err
			}
		}
		return nil
	}))
	if len(kvs) != n {
		t.Fatalf("%d blocks of family %c", len(kvs), family)
	}
	must(t, db.Close())
}

// TestOpenRefuses asks for a sentence and a code in each case.
func TestOpenRefuses(t *testing.T) {
	f := func(name string, prepare func(t *testing.T, dir string) string, code audit.Code, words ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			dir := prepare(t, t.TempDir())
			s, err := local.Open(dir, local.Options{})
			if err == nil {
				_ = s.Close()
				t.Fatal("it opened")
			}
			if audit.CodeOf(err) != code {
				t.Errorf("code %s, want %s: %v", audit.CodeOf(err), code, err)
			}
			for _, w := range append(words, dir) {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not say %q", err, w)
				}
			}
		})
	}
	write := func(t *testing.T, path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f("newer", func(t *testing.T, dir string) string {
		write(t, filepath.Join(dir, "store.json"), `{"format":2,"partition":65536,"new":true}`)
		return dir
	}, audit.Newer, "newer version", "--data-dir")
	f("damaged version file", func(t *testing.T, dir string) string {
		write(t, filepath.Join(dir, "store.json"), `{"for`)
		return dir
	}, audit.Damaged, "backup")
	f("lost version file", func(t *testing.T, dir string) string {
		s := open(t, dir, local.Options{})
		if _, err := s.Append(t.Context(), "default", plainLogs(100)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, "store.json")); err != nil {
			t.Fatal(err)
		}
		return dir
	}, audit.Damaged, "store.json")
	f("a file", func(t *testing.T, dir string) string {
		write(t, filepath.Join(dir, "file"), "x")
		return filepath.Join(dir, "file")
	}, audit.Invalid, "has to be a folder")
	f("in a file", func(t *testing.T, dir string) string {
		write(t, filepath.Join(dir, "file"), "x")
		return filepath.Join(dir, "file", "data")
	}, audit.Invalid, "has to be a folder")
	f("open already", func(t *testing.T, dir string) string {
		s := open(t, dir, local.Options{})
		t.Cleanup(func() { _ = s.Close() })
		return dir
	}, audit.Locked, fmt.Sprint(os.Getpid()))
	f("a damaged manifest", func(t *testing.T, dir string) string {
		s := open(t, dir, local.Options{})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "logs", "MANIFEST"), "nonsense, and more of it")
		return dir
	}, audit.Damaged, "backup")
	if os.Getuid() != 0 { // root may write everywhere
		f("read-only", func(t *testing.T, dir string) string {
			if err := os.Chmod(dir, 0o500); err != nil {
				t.Fatal(err)
			}
			return dir
		}, audit.ReadOnly, "cannot be written")
	}
}

// TestDiskFull asks for more room than any disk has.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, local.Small())
	local.SetFloor(s, 1<<62)
	if _, err := s.Append(t.Context(), "default", plainLogs(5)); audit.CodeOf(err) != audit.DiskFull || !strings.Contains(err.Error(), "MB are free") {
		t.Errorf("append: %v", err)
	}
	if err := s.Catalog().PutTask(t.Context(), audit.Task{ID: "aa_1", Project: "default"}); audit.CodeOf(err) != audit.DiskFull {
		t.Errorf("a task: %v", err)
	}
	local.SetFloor(s, 1)
	if n, err := s.Append(t.Context(), "default", plainLogs(5)); n != 5 || err != nil {
		t.Errorf("with room again: %d, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFilesAreTheUsersAlone looks at every file and folder.
func TestFilesAreTheUsersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	s := open(t, dir, local.Small())
	if _, err := s.Append(t.Context(), "default", plainLogs(200)); err != nil {
		t.Fatal(err)
	}
	if err := s.Reindexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		n++
		return err
	})
	if err != nil || n < 10 {
		t.Error(n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
