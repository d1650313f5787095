package local

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/zstd"

	"projectlogs/backend/audit"
)

// Rows are stored 16 to a value as soon as 16 are there: compressed together
// they are a third of what they are alone, and one of them is still read in
// some 20 µs. Until then each row has a value of its own, so that a single
// append never rewrites others.
//
// A value is
//
//	version (1 byte) | CRC-32C of the rest (4 bytes) | zstd of:
//	  number of rows (1 byte) | per row: 0 a hole, 1 stored apart, n+2 n bytes here | the records
//
// and is cut into chunks of at most maxValue, which keeps Badger from moving it
// into its value log: that log loses synced rows.
const (
	blockRows    = 16
	blockVersion = 1
	maxValue     = 512 << 10
	// maxInline is the largest record that goes into a block. One body of 10 MB
	// must not make its 15 neighbours slow.
	maxInline = 32 << 10
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	packer     = newPacker()
	unpacker   = newUnpacker()
)

func newPacker() *zstd.Encoder {
	// The options are constant and right.
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err)
	}
	return e
}

func newUnpacker() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(4<<30))
	if err != nil {
		panic(err)
	}
	return d
}

// slot is what a block has for a row.
type slot struct {
	record []byte
	apart  bool // the record is stored under the large family
}

// packBlock makes the value of some rows; a slot without a record is a hole.
func packBlock(slots []slot) []byte {
	raw := []byte{byte(len(slots))}
	for _, s := range slots {
		switch {
		case s.apart:
			raw = append(raw, 1)
		case s.record == nil:
			raw = append(raw, 0)
		default:
			raw = binary.AppendUvarint(raw, uint64(len(s.record))+2)
		}
	}
	for _, s := range slots {
		if !s.apart {
			raw = append(raw, s.record...)
		}
	}
	return seal(raw)
}

// seal compresses bytes and puts version and checksum before them.
func seal(raw []byte) []byte {
	v := make([]byte, 5, 64+len(raw)/2)
	v[0] = blockVersion
	v = packer.EncodeAll(raw, v)
	binary.LittleEndian.PutUint32(v[1:], crc32.Checksum(v[5:], castagnoli))
	return v
}

// unseal verifies and decompresses, appending to buf.
func unseal(v, buf []byte) ([]byte, error) {
	switch {
	case len(v) < 5:
		return nil, damagedBytes("%d bytes where a block should be", len(v))
	case v[0] != blockVersion:
		return nil, damagedBytes("a block of version %d", v[0])
	case crc32.Checksum(v[5:], castagnoli) != binary.LittleEndian.Uint32(v[1:]):
		return nil, damagedBytes("a block with another checksum than its own")
	}
	raw, err := unpacker.DecodeAll(v[5:], buf)
	if err != nil {
		return nil, damagedBytes("a block that does not decompress: %v", err)
	}
	return raw, nil
}

// unpackBlock splits the bytes of a block into its slots, which are parts of raw.
func unpackBlock(raw []byte, slots []slot) ([]slot, error) {
	if len(raw) == 0 {
		return nil, damagedBytes("an empty block")
	}
	n := int(raw[0])
	at := 1
	var lengths [256]uint64
	for i := range n {
		length, size := binary.Uvarint(raw[at:])
		if size <= 0 {
			return nil, damagedBytes("a block without its lengths")
		}
		lengths[i] = length
		at += size
	}
	slots = slots[:0]
	for _, length := range lengths[:n] {
		if length < 2 {
			slots = append(slots, slot{apart: length == 1})
			continue
		}
		length -= 2
		if length > uint64(len(raw)-at) {
			return nil, damagedBytes("a block that ends early")
		}
		slots = append(slots, slot{record: raw[at : at+int(length) : at+int(length)]})
		at += int(length)
	}
	return slots, nil
}

// damagedBytes is an error for stored bytes that are not what was written.
func damagedBytes(format string, args ...any) error {
	return &audit.Error{
		Code:    audit.Damaged,
		Message: "Stored logs are damaged: " + fmt.Sprintf(format, args...) + ". Run check to see how much is concerned.",
	}
}
