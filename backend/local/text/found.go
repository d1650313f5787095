package text

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// Found is what a segment knows about a word. The two sets share no document; they belong to the caller and
// stay valid when the segment is closed.
type Found struct {
	Certain *roaring.Bitmap // documents that contain it
	Unsure  *roaring.Bitmap // documents that may: the index cannot decide
}

// Candidates are the documents that may contain the word, Certain and Unsure together.
func (f Found) Candidates() *roaring.Bitmap { return roaring.Or(f.Certain, f.Unsure) }

// collector is where one answer is put together. It is reused: most answers need none of its 16 KiB, and
// clearing them would cost more than finding the word.
type collector struct {
	certain, unsure         set
	usesCertain, usesUnsure bool
}

var collectors = sync.Pool{New: func() any { return new(collector) }}

func (c *collector) certainDocs() *set {
	c.usesCertain = true
	return &c.certain
}

func (c *collector) unsureDocs() *set {
	c.usesUnsure = true
	return &c.unsure
}

func (c *collector) found() Found {
	f := Found{Certain: roaring.New(), Unsure: roaring.New()}
	if c.usesCertain && c.usesUnsure {
		c.unsure.andNot(&c.certain)
	}
	if c.usesCertain {
		f.Certain.FromDense(c.certain[:], true)
	}
	if c.usesUnsure {
		f.Unsure.FromDense(c.unsure[:], true)
	}
	return f
}

func (c *collector) release() {
	if c.usesCertain {
		clear(c.certain[:])
	}
	if c.usesUnsure {
		clear(c.unsure[:])
	}
	c.usesCertain, c.usesUnsure = false, false
	collectors.Put(c)
}
