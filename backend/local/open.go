package local

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"projectlogs/backend/audit"
)

// What lies in the data folder.
const (
	storeFile   = "store.json" // which format, written once
	lockName    = "store.lock" // who has it open
	logsFolder  = "logs"       // Badger: the truth
	indexFolder = "index"      // what is derived, a folder per project
)

const (
	partitionRows = 65536
	defaultCache  = 128 << 20
)

// Open opens the data folder dir, making it if it is not there. It finishes
// what a killed process left undone. The errors that people may meet are
// audit.Errors: Locked, Newer, ReadOnly, DiskFull, Damaged, Invalid.
func Open(dir string, opts Options) (*Store, error) {
	s := &Store{
		dir: dir, log: opts.Log, rows: opts.rows,
		projects: map[string]*project{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.rows == 0 {
		s.rows = partitionRows
	}
	s.floor.Store(cmp.Or(opts.floor, defaultFloor))
	if opts.CacheBytes == 0 {
		opts.CacheBytes = defaultCache
	}
	s.cache = newCache(opts.CacheBytes)
	if err := s.open(opts); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func (s *Store) open(opts Options) (err error) {
	ownFiles()
	if err := makeFolder(s.dir); err != nil {
		return err
	}
	if s.lock, err = lockFolder(s.dir); err != nil {
		return err
	}
	if err := s.checkFormat(); err != nil {
		return err
	}
	if err := s.checkSpace(); err != nil {
		return err
	}
	for _, folder := range []string{logsFolder, indexFolder} {
		if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o700); err != nil {
			return folderError(s.dir, err)
		}
	}
	if s.db, err = s.openBadger(); err != nil {
		return err
	}
	s.writer = newWriter(s)
	s.writer.txnBytes = cmp.Or(opts.txnBytes, maxTxnBytes)
	s.indexer = newIndexer(s)
	if err := s.load(); err != nil {
		return err
	}
	if err := s.repair(); err != nil {
		return err
	}
	if s.catalog, err = openCatalog(s); err != nil {
		return err
	}
	go s.writer.loop()
	go s.indexer.loop()
	if err := s.catalog.begin(context.Background()); err != nil {
		return errors.Join(err, s.Close())
	}
	s.indexer.wake()
	return nil
}

// Close waits for the calls under way and closes the store. Closing it again
// does nothing.
func (s *Store) Close() error {
	if !s.users.close() {
		return nil
	}
	s.indexer.close()
	s.writer.close()
	for _, p := range s.allProjects() {
		for _, part := range p.partitions() {
			part.forget()
		}
	}
	return s.release()
}

// release gives back what open took.
func (s *Store) release() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
		s.db = nil
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
		s.lock = nil
	}
	return errors.Join(errs...)
}

// makeFolder makes the data folder and sees that it can be written.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return folderError(dir, err)
	}
	f, err := os.CreateTemp(dir, ".writable")
	if err != nil {
		return folderError(dir, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// folderError says in a sentence why a folder cannot be used.
func folderError(dir string, cause error) error {
	e := &audit.Error{Cause: cause}
	switch {
	case errors.Is(cause, syscall.ENOTDIR):
		e.Code, e.Message = audit.Invalid, fmt.Sprintf("%s is a file, or lies in one; the data folder has to be a folder. Give another one with --data-dir.", dir)
	case errors.Is(cause, syscall.EROFS), errors.Is(cause, fs.ErrPermission):
		e.Code, e.Message = audit.ReadOnly, fmt.Sprintf("The data folder %s cannot be written. Change its permissions, or give another one with --data-dir.", dir)
	case errors.Is(cause, syscall.ENOSPC):
		e.Code, e.Message = audit.DiskFull, fmt.Sprintf("The disk of %s is full. Make room and try again.", dir)
	default:
		e.Code, e.Message = audit.Internal, fmt.Sprintf("The data folder %s cannot be used.", dir)
	}
	return e
}

// folderLock keeps other processes out of the data folder. The file says who
// has it.
type folderLock struct{ file *os.File }

func lockFolder(dir string) (*folderLock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderError(dir, err)
	}
	taken, err := lockFile(f)
	if err != nil {
		return nil, errors.Join(folderError(dir, err), f.Close())
	}
	if taken {
		holder, _ := os.ReadFile(f.Name())
		who := "another process"
		if pid := strings.TrimSpace(string(holder)); pid != "" {
			who = "process " + pid
		}
		_ = f.Close()
		return nil, audit.Errorf(audit.Locked, "The data folder %s is open in %s. Use that one, close it, or give another folder with --data-dir.", dir, who)
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(folderError(dir, err), f.Close())
	}
	return &folderLock{f}, nil
}

// release leaves the file: removing it would let two others lock two files of
// the same name.
func (l *folderLock) release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

// format is what store.json says.
type format struct {
	Format int `json:"format"`
	// Partition is the number of rows of a partition.
	Partition int `json:"partition"`
}

// checkFormat refuses a store that a newer version wrote, and writes store.json
// into a new one.
func (s *Store) checkFormat() error {
	path := filepath.Join(s.dir, storeFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if found, _ := filepath.Glob(filepath.Join(s.dir, logsFolder, "MANIFEST")); len(found) > 0 {
			return audit.Errorf(audit.Damaged, "The data folder %s holds logs but not its file %s, so nobody can say which version wrote it. Restore the file from a backup; for this version it is {\"format\":%d,\"partition\":%d}.", s.dir, storeFile, storeFormat, partitionRows)
		}
		b, err = json.Marshal(format{storeFormat, s.rows})
		if err != nil {
			return err
		}
		return replaceFile(path, append(b, '\n'))
	}
	if err != nil {
		return folderError(s.dir, err)
	}
	var f format
	if err := json.Unmarshal(b, &f); err != nil || f.Format < 1 || f.Partition < blockRows || f.Partition > partitionRows || f.Partition%64 != 0 {
		return audit.Errorf(audit.Damaged, "The file %s cannot be read. Restore it from a backup; for this version it is {\"format\":%d,\"partition\":%d}.", path, storeFormat, partitionRows)
	}
	if f.Format > storeFormat {
		return audit.Errorf(audit.Newer, "The data folder %s was written by a newer version (its format is %d, this version knows %d). Use the newer version, or another folder with --data-dir.", s.dir, f.Format, storeFormat)
	}
	s.rows = f.Partition
	return nil
}

// openBadger opens the database. A kill can leave files of 0 bytes, on which
// Badger fails once.
func (s *Store) openBadger() (*badger.DB, error) {
	dir := filepath.Join(s.dir, logsFolder)
	for _, pattern := range []string{"*.mem", "*.vlog"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if info, err := os.Stat(f); err == nil && info.Size() == 0 {
				s.log.Warn("an empty file of an interrupted write is removed", "file", f)
				if err := os.Remove(f); err != nil {
					return nil, folderError(s.dir, err)
				}
			}
		}
	}
	opts := badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithCompression(options.None). // blocks are compressed already
		WithBlockCacheSize(0).         // and there is nothing else to cache
		WithValueThreshold(1 << 20).   // above every value: the value log stays empty
		WithValueLogFileSize(1 << 20).
		WithMemTableSize(memtableBytes).
		WithNumMemtables(memtables).
		WithBaseTableSize(4 << 20).
		WithNumCompactors(2).
		WithDetectConflicts(false). // there is one writer
		WithMetricsEnabled(false).
		WithLogger(nil)
	// A compaction holds up to a dozen tables in memory, each in a buffer of
	// twice its size: tables of one size for all levels bound that.
	opts.TableSizeMultiplier = 1
	db, err := badger.Open(opts)
	if err != nil {
		db, err = badger.Open(opts)
	}
	if err != nil {
		return nil, &audit.Error{
			Code:    audit.Damaged,
			Message: fmt.Sprintf("The database in %s cannot be opened. Keep a copy of the folder, then restore a backup, or begin with another folder (--data-dir).", dir),
			Cause:   err,
		}
	}
	return db, nil
}

// load reads which projects and partitions there are.
func (s *Store) load() error {
	byNumber := map[uint32]*project{}
	return s.db.View(func(txn *badger.Txn) error {
		each := func(prefix byte, f func(key, value []byte) error) error {
			it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{prefix}, PrefetchValues: true, PrefetchSize: 100})
			defer it.Close()
			for it.Rewind(); it.Valid(); it.Next() {
				if err := it.Item().Value(func(v []byte) error { return f(it.Item().Key(), v) }); err != nil {
					return err
				}
			}
			return nil
		}
		err := each(keyProject, func(k, v []byte) error {
			number, count, err := decodeProject(v)
			if err != nil {
				return err
			}
			p := &project{store: s, name: string(k[1:]), number: number}
			p.count.Store(count)
			s.projects[p.name], byNumber[number] = p, p
			s.writer.nextNumber = max(s.writer.nextNumber, number+1)
			if count > 0 {
				p.partition(int((count - 1) / uint64(s.rows)))
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = each(keyPartition, func(k, v []byte) error {
			p := byNumber[binary.BigEndian.Uint32(k[1:])]
			if p == nil {
				return nil // of a dropped project
			}
			return p.partition(int(binary.BigEndian.Uint32(k[5:]))).decode(v)
		})
		if err != nil {
			return err
		}
		return each(keyNumbers, func(_, v []byte) error {
			if len(v) == 4 {
				s.writer.nextNumber = max(s.writer.nextNumber, binary.BigEndian.Uint32(v))
			}
			return nil
		})
	})
}

// repair finishes what was interrupted: rows that were never acknowledged are
// removed, purges completed, dropped projects' folders removed.
func (s *Store) repair() error {
	known := map[string]bool{}
	for _, p := range s.allProjects() {
		known[fmt.Sprint(p.number)] = true
		if err := s.removeUnacknowledged(p); err != nil {
			return fmt.Errorf("remove what was not acknowledged: %w", err)
		}
		for _, part := range p.partitions() {
			if part.rewrite {
				s.log.Info("an interrupted purge is finished", "project", p.name, "partition", part.number)
				if err := s.writer.rewrite(part); err != nil {
					return fmt.Errorf("finish a purge: %w", err)
				}
			}
		}
	}
	if err := s.writer.collectGarbage(); err != nil {
		return err
	}
	return s.removeStale(known)
}

// removeUnacknowledged deletes what transactions before a last one that never
// came had written behind the end of a project.
func (s *Store) removeUnacknowledged(p *project) error {
	var kvs []keyValue
	parts := p.partitions()
	count := p.count.Load()
	last := int(count / uint64(s.rows))
	err := s.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: projectPrefix(keyRecord, p.number)})
		defer it.Close()
		if last < len(parts) {
			generation, _ := parts[last].state()
			prefix := generationPrefix(p.number, uint32(last), generation)
			row := int(count % uint64(s.rows))
			for _, f := range families {
				from := row
				if f == headBlock || f == bodyBlock {
					from = row / blockRows
				}
				of := append(prefix[:len(prefix):len(prefix)], byte(f))
				for it.Seek(recordKey(prefix, f, from)); it.ValidForPrefix(of); it.Next() {
					kvs = append(kvs, keyValue{key: it.Item().KeyCopy(nil)})
				}
			}
			last++
		}
		for it.Seek(binary.BigEndian.AppendUint32(projectPrefix(keyRecord, p.number), uint32(last))); it.Valid(); it.Next() {
			kvs = append(kvs, keyValue{key: it.Item().KeyCopy(nil)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	const keys = 10000
	for len(kvs) > 0 {
		n := min(keys, len(kvs))
		if err := s.writer.commit(kvs[:n]); err != nil {
			return err
		}
		kvs = kvs[n:]
	}
	return nil
}

// removeStale removes what nobody needs from the index folder: of projects that
// are gone, of generations that are gone, half-written files.
func (s *Store) removeStale(known map[string]bool) error {
	root := filepath.Join(s.dir, indexFolder)
	entries, err := os.ReadDir(root)
	if err != nil {
		return folderError(s.dir, err)
	}
	for _, e := range entries {
		if !known[e.Name()] {
			if err := os.RemoveAll(filepath.Join(root, e.Name())); err != nil {
				return folderError(s.dir, err)
			}
		}
	}
	for _, p := range s.allProjects() {
		files, err := os.ReadDir(p.folder())
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return folderError(s.dir, err)
		}
		for _, f := range files {
			if p.wants(f.Name()) {
				continue
			}
			if err := os.Remove(filepath.Join(p.folder(), f.Name())); err != nil {
				return folderError(s.dir, err)
			}
		}
	}
	return nil
}

// wants says whether a file is of a partition as it is now. A file with rows
// that are not there any more, because a damaged disk lost them, must not be
// taken for the rows that come in their place.
func (p *project) wants(name string) bool {
	var number, rows int
	var generation uint32
	n, _ := fmt.Sscanf(name, "%d-%d-%d.zap", &number, &generation, &rows)
	if n < 2 || number < 0 || number >= len(p.partitions()) {
		return false
	}
	part := p.partitions()[number]
	if now, _ := part.state(); now != generation {
		return false
	}
	if n == 3 {
		return filepath.Base(part.textPath(generation, rows)) == name && rows <= part.rows()
	}
	return filepath.Base(part.columnPath(generation)) == name && part.full()
}
