package local

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// randomLog fills every field of a log, found by reflection so that a new one
// cannot be forgotten, with any bytes, nil and empty alike.
func randomLog(r *rand.Rand) audit.Log {
	var l audit.Log
	fill(r, reflect.ValueOf(&l).Elem())
	return l
}

func fill(r *rand.Rand, v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<34)-1<<33, r.Int64N(1e9)).UTC()))
		return
	case json.RawMessage:
		v.Set(reflect.ValueOf([]json.RawMessage{nil, {}, json.RawMessage(`{"a":1}`)}[r.IntN(3)]))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.String:
		b := make([]byte, r.IntN(12)*r.IntN(12))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		v.SetString(string(b))
	case reflect.Int, reflect.Int64:
		v.SetInt([]int64{0, 1, -1, 200, math.MaxInt64, math.MinInt64}[r.IntN(6)])
	case reflect.Pointer:
		if r.IntN(3) > 0 {
			f := []float64{0, math.Copysign(0, -1), 12.34, math.Inf(1), math.MaxFloat64}[r.IntN(5)]
			v.Set(reflect.ValueOf(&f))
		}
	case reflect.Map:
		if r.IntN(3) == 0 {
			return
		}
		m := map[string][]string{}
		for range r.IntN(4) {
			values := [][]string{nil, {}, {""}, {"a", "b"}}[r.IntN(4)]
			m[string([]byte{byte(r.Uint32()), byte(r.Uint32())})] = values
		}
		v.Set(reflect.ValueOf(m))
	default:
		panic("a field of a new kind: " + v.Type().String())
	}
}

func TestLogsComeBackAsTheyWere(t *testing.T) {
	for seed := range uint64(3000) {
		want := randomLog(rand.New(rand.NewPCG(seed, 0)))
		var got audit.Log
		if err := decodeHead(string(appendHead(nil, &want)), &got); err != nil {
			t.Fatal(seed, err)
		}
		if err := decodeBody(string(appendBody(nil, &want)), &got, true); err != nil {
			t.Fatal(seed, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d:\ngot  %+v\nwant %+v", seed, got, want)
		}
	}
}

// FuzzRecords reads any bytes as records: errors, and nothing worse.
func FuzzRecords(f *testing.F) {
	for seed := range uint64(5) {
		l := randomLog(rand.New(rand.NewPCG(seed, 1)))
		f.Add(appendHead(nil, &l))
		f.Add(appendBody(nil, &l))
		f.Add(packBlock([]slot{{record: appendHead(nil, &l)}, {apart: true}, {}}))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var l audit.Log
		if decodeHead(string(b), &l) == nil {
			again := appendHead(nil, &l)
			var second audit.Log
			err := decodeHead(string(again), &second)
			if l.Duration != nil && second.Duration != nil && math.Float64bits(*l.Duration) == math.Float64bits(*second.Duration) {
				l.Duration, second.Duration = nil, nil // a NaN is not equal to itself
			}
			if err != nil || !reflect.DeepEqual(l, second) {
				t.Fatalf("%+v is %+v the second time (%v)", l, second, err)
			}
		}
		_ = decodeBody(string(b), &l, true)
		_, _ = unpackBlock(b, nil)
		if raw, err := unseal(b, nil); err == nil {
			_, _ = unpackBlock(raw, nil)
		}
		_, _ = decodeColumn(b, textColumn, 3, 2)
	})
}

// TestBlocks packs and unpacks every sort of slot, and sees every flipped byte.
func TestBlocks(t *testing.T) {
	slots := []slot{{record: []byte("one")}, {}, {apart: true}, {record: []byte{}}, {record: make([]byte, 20_000)}}
	v := packBlock(slots)
	raw, err := unseal(v, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := unpackBlock(raw, nil)
	if err != nil || len(got) != len(slots) {
		t.Fatal(got, err)
	}
	for i, want := range slots {
		if got[i].apart != want.apart || string(got[i].record) != string(want.record) || (got[i].record == nil) != (want.record == nil) {
			t.Errorf("slot %d is %+v, want %+v", i, got[i], want)
		}
	}
	for i := range v {
		v[i] ^= 1
		if _, err := unseal(v, nil); audit.CodeOf(err) != audit.Damaged {
			t.Errorf("byte %d changed: %v", i, err)
		}
		v[i] ^= 1
	}
}

// TestColumnsHoldTheSchema holds what column.go relies on: a field with a
// column has at most one value, a text or a plain number.
func TestColumnsHoldTheSchema(t *testing.T) {
	for seed := range uint64(200) {
		l := randomLog(rand.New(rand.NewPCG(seed, 2)))
		for _, f := range columnFields {
			n := 0
			f.Get(&l, "", func(v filter.Value) bool {
				n++
				switch {
				case f.kind == textColumn && (v.Text == "" || v != filter.StringValue(v.Text)),
					f.kind == numberColumn && v != filter.NumberValue(v.Number),
					f.kind == timeColumn && v != filter.TimeValue(l.Time.UnixNano()):
					t.Errorf("%s has the value %+v", f.Name, v)
				}
				return true
			})
			if n > 1 {
				t.Errorf("%s has %d values", f.Name, n)
			}
		}
	}
	for _, f := range audit.LogSchema.Fields() {
		if _, column := columnOf[f.Name]; !column && f.Kind != filter.Text && f.Get != nil && f.Name[len(f.Name)-1] != '.' {
			t.Errorf("%s has no column", f.Name)
		}
	}
}
