package ingest

import (
	"math/rand/v2"
	"runtime"
	"testing"
)

// TestCounter holds the counter against a map.
func TestCounter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var c counter
	want := map[uint64]uint64{}
	var some []uint64
	for range 200 {
		some = append(some, random.Uint64())
	}
	some = append(some, 0, 1, 1<<56, 1<<63) // 0 and 1 count as one
	for i := range 300_000 {
		f := random.Uint64()
		if i%2 == 0 {
			f = some[random.IntN(len(some))]
		}
		if f == 0 {
			f = 1
		}
		if got := c.add(f); got != want[f] {
			t.Fatalf("%x was added %d times before, the counter says %d", f, want[f], got)
		}
		want[f]++
	}
	for _, f := range some {
		if want[max(f, 1)] < 500 {
			t.Fatal("no fingerprint came often enough to need more than a byte")
		}
	}
}

// TestCounterIsLean: ten million logs take less than 200 MB.
func TestCounterIsLean(t *testing.T) {
	const n = 10_000_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var c counter
	x := uint64(1)
	for range n {
		x = x*6364136223846793005 + 1442695040888963407
		c.add(x)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if bytes := after.HeapAlloc - before.HeapAlloc; bytes > 200_000_000 {
		t.Errorf("%d fingerprints take %d bytes", n, bytes)
	}
	runtime.KeepAlive(&c)
}
