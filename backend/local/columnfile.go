package local

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"unsafe"
)

// A column file holds the columns of a full partition. It is derived from the
// stored logs: a file that is missing, damaged, of another version or without a
// column that the schema has by now is thrown away and built again.
//
//	sections, each as seal makes them | directory, JSON | its length (4 bytes) | CRC-32C of it (4 bytes) | magic (8 bytes)
//
// Sections are read one by one as they are needed. Besides the columns there are
// the times ("#times", 8 bytes a row), the rows by time and id ("#order"), the
// ids by hash ("#ids": 4-byte hashes ascending, then 2-byte rows) and a Bloom
// filter of them ("#bloom").
//
// Versions:
//
//	1  2026-11  the first
const columnMagic = "PLcols\x00\x01"

const (
	timesSection = "#times"
	orderSection = "#order"
	idsSection   = "#ids"
	bloomSection = "#bloom"
)

type columnDirectory struct {
	Rows     int                `json:"rows"`
	Live     int                `json:"live"` // rows that are no holes
	Min      int64              `json:"min"`  // times of live rows
	Max      int64              `json:"max"`
	Damaged  []int              `json:"damaged,omitempty"` // rows that could not be read
	Sections map[string]section `json:"sections"`
}

type section struct {
	Kind   columnKind `json:"kind,omitempty"`
	At     int64      `json:"at"`
	Bytes  int64      `json:"bytes"`
	Values int        `json:"values,omitempty"`
}

var errColumns = errors.New("the column file is damaged")

// writeColumns writes the columns of a full partition. holes are its rows
// without a log.
func writeColumns(path string, s *grown, holes bitset, damaged []int) error {
	d := columnDirectory{Rows: s.rows, Damaged: damaged, Min: math.MaxInt64, Max: math.MinInt64, Sections: map[string]section{}}
	for row, t := range s.times {
		if !holes.has(row) {
			d.Live++
			d.Min, d.Max = min(d.Min, t), max(d.Max, t)
		}
	}
	order, err := s.orderOf()
	if err != nil {
		return err
	}
	var file []byte
	put := func(name string, kind columnKind, values int, raw []byte) {
		v := seal(raw)
		d.Sections[name] = section{Kind: kind, At: int64(len(file)), Bytes: int64(len(v)), Values: values}
		file = append(file, v...)
	}
	for i, f := range columnFields {
		if f.kind != timeColumn {
			put(f.Name, f.kind, s.columns[i].values(), s.columns[i].encode())
		}
	}
	put(timesSection, "", 0, bytesOf(s.times))
	put(orderSection, "", 0, bytesOf(order))
	hashes, rows, bloom := s.ids(holes)
	put(idsSection, "", 0, append(slices.Clone(bytesOf(hashes)), bytesOf(rows)...))
	put(bloomSection, "", 0, bytesOf(bloom))

	directory, err := json.Marshal(d)
	if err != nil {
		return err
	}
	file = append(file, directory...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(directory)))
	file = binary.LittleEndian.AppendUint32(file, crc32.Checksum(directory, castagnoli))
	return replaceFile(path, append(file, columnMagic...))
}

// bytesOf gives numbers as they lie in memory. Every system that we run on is
// little-endian; columnfile_test.go fails on one that is not.
func bytesOf[T uint16 | uint32 | uint64 | int64 | float64](numbers []T) []byte {
	if len(numbers) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&numbers[0])), len(numbers)*int(unsafe.Sizeof(numbers[0])))
}

// numbersOf copies n numbers from the beginning of b and gives the rest.
func numbersOf[T uint16 | uint32 | uint64 | int64 | float64](b []byte, n int) (numbers []T, rest []byte, err error) {
	numbers = make([]T, n)
	size := len(bytesOf(numbers))
	if n < 0 || size > len(b) {
		return nil, nil, fmt.Errorf("%w: a section is too short", errColumns)
	}
	copy(bytesOf(numbers), b)
	return numbers, b[size:], nil
}

// encode writes codes in the width that their number asks for, then the values.
func (c *column) encode() []byte {
	n := c.values()
	narrow := newCodes(n, c.codes.wide)
	var b []byte
	switch {
	case narrow.narrow != nil:
		b = append(b, narrow.narrow...)
	case narrow.middle != nil:
		b = append(b, bytesOf(narrow.middle)...)
	default:
		b = append(b, bytesOf(narrow.wide)...)
	}
	if c.numbers != nil {
		return append(b, bytesOf(c.numbers)...)
	}
	end := uint32(0)
	for i := range n - 1 {
		end += uint32(len(c.texts.at(i)))
		b = binary.LittleEndian.AppendUint32(b, end)
	}
	for i := range n - 1 {
		b = append(b, c.texts.at(i)...)
	}
	return b
}

func decodeColumn(b []byte, kind columnKind, values, rows int) (*column, error) {
	c := &column{}
	var err error
	switch {
	case values <= math.MaxUint8+1:
		if len(b) < rows {
			return nil, fmt.Errorf("%w: a column is too short", errColumns)
		}
		c.codes.narrow, b = slices.Clone(b[:rows]), b[rows:]
	case values <= math.MaxUint16+1:
		c.codes.middle, b, err = numbersOf[uint16](b, rows)
	default:
		c.codes.wide, b, err = numbersOf[uint32](b, rows)
	}
	if err != nil {
		return nil, err
	}
	for row := range rows {
		if int(c.codes.at(row)) >= values {
			return nil, fmt.Errorf("%w: a code without a value", errColumns)
		}
	}
	if kind == numberColumn {
		c.numbers, _, err = numbersOf[float64](b, values-1)
		return c, err
	}
	if c.texts.ends, b, err = numbersOf[uint32](b, values-1); err != nil {
		return nil, err
	}
	c.texts.blob = string(b)
	last := uint32(0)
	for _, end := range c.texts.ends {
		if end < last || int(end) > len(c.texts.blob) {
			return nil, fmt.Errorf("%w: a value behind the end", errColumns)
		}
		last = end
	}
	return c, nil
}

// ids gives the hashes of all ids in ascending order with their rows, and the
// Bloom filter over them.
func (s *grown) ids(holes bitset) (hashes []uint32, rows []uint16, b bloom) {
	column := &s.columns[columnOf["id"]]
	full := make([]uint64, s.rows)
	b = newBloom(s.rows)
	for row := range s.rows {
		if holes.has(row) {
			continue
		}
		full[row] = hashID(column.text(row))
		b.add(full[row])
		rows = append(rows, uint16(row))
	}
	slices.SortFunc(rows, func(a, b uint16) int { return int(int64(uint32(full[a])) - int64(uint32(full[b]))) })
	for _, row := range rows {
		hashes = append(hashes, uint32(full[row]))
	}
	return hashes, rows, b
}

// columnFile is an open column file: its directory and Bloom filter.
type columnFile struct {
	path      string
	directory columnDirectory
	bloom     bloom
}

// openColumns reads the directory and the Bloom filter. Any error but one of
// the system says that the file has to be built again.
func openColumns(path string, rows int) (*columnFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	const footer int64 = 4 + 4 + int64(len(columnMagic))
	var end [footer]byte
	if info.Size() < footer {
		return nil, fmt.Errorf("%w: %d bytes", errColumns, info.Size())
	}
	if _, err := f.ReadAt(end[:], info.Size()-footer); err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint32(end[:]))
	if string(end[8:]) != columnMagic || size > info.Size()-footer {
		return nil, fmt.Errorf("%w: no directory at its end", errColumns)
	}
	directory := make([]byte, size)
	if _, err := f.ReadAt(directory, info.Size()-footer-size); err != nil {
		return nil, err
	}
	if crc32.Checksum(directory, castagnoli) != binary.LittleEndian.Uint32(end[4:]) {
		return nil, fmt.Errorf("%w: its directory has another checksum", errColumns)
	}
	c := &columnFile{path: path}
	if err := json.Unmarshal(directory, &c.directory); err != nil {
		return nil, fmt.Errorf("%w: %v", errColumns, err)
	}
	if c.directory.Rows != rows {
		return nil, fmt.Errorf("%w: %d rows instead of %d", errColumns, c.directory.Rows, rows)
	}
	for _, row := range c.directory.Damaged {
		if row < 0 || row >= rows {
			return nil, fmt.Errorf("%w: a damaged row behind the end", errColumns)
		}
	}
	for _, field := range columnFields {
		if s, ok := c.directory.Sections[field.Name]; field.kind != timeColumn && (!ok || s.Kind != field.kind) {
			return nil, fmt.Errorf("%w: no column %s", errColumns, field.Name)
		}
	}
	raw, err := c.read(f, bloomSection)
	if err != nil {
		return nil, err
	}
	c.bloom, _, err = numbersOf[uint64](raw, len(raw)/8)
	if err == nil && len(c.bloom)&(len(c.bloom)-1) != 0 || len(c.bloom) == 0 {
		err = fmt.Errorf("%w: a Bloom filter of %d words", errColumns, len(c.bloom))
	}
	return c, err
}

func (c *columnFile) read(f io.ReaderAt, name string) ([]byte, error) {
	s, ok := c.directory.Sections[name]
	if !ok || s.Bytes < 0 || s.Bytes > 1<<31 {
		return nil, fmt.Errorf("%w: no section %s", errColumns, name)
	}
	v := make([]byte, s.Bytes)
	if _, err := f.ReadAt(v, s.At); err != nil {
		return nil, fmt.Errorf("%w: section %s: %w", errColumns, name, err)
	}
	raw, err := unseal(v, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: section %s: %w", errColumns, name, err)
	}
	return raw, nil
}

func (c *columnFile) section(name string) ([]byte, error) {
	f, err := os.Open(c.path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errColumns, err)
	}
	defer f.Close()
	return c.read(f, name)
}

func (c *columnFile) column(i int) (*column, error) {
	name := columnFields[i].Name
	raw, err := c.section(name)
	if err != nil {
		return nil, err
	}
	return decodeColumn(raw, columnFields[i].kind, c.directory.Sections[name].Values, c.directory.Rows)
}

func (c *columnFile) times() ([]int64, error) {
	raw, err := c.section(timesSection)
	if err != nil {
		return nil, err
	}
	times, _, err := numbersOf[int64](raw, c.directory.Rows)
	return times, err
}

func (c *columnFile) order() ([]uint16, error) {
	raw, err := c.section(orderSection)
	if err != nil {
		return nil, err
	}
	order, _, err := numbersOf[uint16](raw, c.directory.Rows)
	for _, row := range order {
		if int(row) >= c.directory.Rows {
			return nil, fmt.Errorf("%w: a row behind the end", errColumns)
		}
	}
	return order, err
}

// idTable finds rows by the hash of their id.
type idTable struct {
	hashes []uint32
	rows   []uint16
}

func (c *columnFile) ids() (*idTable, error) {
	raw, err := c.section(idsSection)
	if err != nil {
		return nil, err
	}
	t := &idTable{}
	if t.hashes, raw, err = numbersOf[uint32](raw, c.directory.Live); err != nil {
		return nil, err
	}
	t.rows, _, err = numbersOf[uint16](raw, c.directory.Live)
	return t, err
}

func (t *idTable) candidates(h uint64) []uint16 {
	i, _ := slices.BinarySearch(t.hashes, uint32(h))
	j := i
	for j < len(t.hashes) && t.hashes[j] == uint32(h) {
		j++
	}
	return t.rows[i:j]
}

// replaceFile puts content at path so that a crash leaves what was there before
// or all of it.
func replaceFile(path string, content []byte) (err error) {
	temp := path + ".tmp"
	defer func() {
		if err != nil {
			os.Remove(temp)
			err = fmt.Errorf("write %s: %w", filepath.Base(path), err)
		}
	}()
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last. Windows has no such call and needs none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
