package rawjson

// Walker goes through the members of objects and checks the text as it goes: in
// one pass, what Parse and then Members do in two or more. Use it as
//
//	w := NewWalker(text, depth)
//	if w.Kind() == Object {
//		w.Open()
//		for name, ok := w.Member(); ok; name, ok = w.Member() {
//			… w.Value(), or again w.Open() and its members …
//		}
//	}
//	err := w.End()
//
// After a fault every step does nothing more, and End says what it was.
type Walker struct {
	parser
	depth int // levels that may be open
	open  int
	fresh bool // the object has just been opened
	err   error
}

// NewWalker stands before the value of a text.
func NewWalker(text string, depth int) *Walker {
	w := &Walker{parser: parser{s: text, limit: depth}, depth: depth}
	w.space()
	return w
}

// Kind is that of the value ahead; None at the end of the text.
func (w *Walker) Kind() Kind {
	if w.i >= len(w.s) {
		return None
	}
	return Value(w.s[w.i:]).Kind()
}

// Open steps into the object ahead.
func (w *Walker) Open() {
	if w.open == w.depth {
		w.stop(w.tooDeep())
		return
	}
	w.open++
	w.i++
	w.fresh = true
}

// Member steps to the next member; false behind the last, or after a fault. Its
// value is ahead then, and must be taken or opened.
func (w *Walker) Member() (name string, ok bool) {
	if w.err != nil {
		return "", false
	}
	w.space()
	if w.i >= len(w.s) {
		w.stop(w.fail(endsOpen))
		return "", false
	}
	if w.s[w.i] == '}' {
		w.i++
		w.open--
		w.fresh = false
		return "", false
	}
	if !w.fresh {
		if w.s[w.i] != ',' {
			w.stop(w.missing('}'))
			return "", false
		}
		w.i++
		w.space()
	}
	w.fresh = false
	start := w.i
	end, err := w.name()
	if err != nil {
		w.stop(err)
		return "", false
	}
	return Value(w.s[start:end]).Text(), true
}

// Value takes the value ahead; none after a fault.
func (w *Walker) Value() Value {
	if w.err != nil {
		return ""
	}
	start := w.i
	if err := w.value(w.depth - w.open); err != nil {
		w.stop(err)
		return ""
	}
	return Value(w.s[start:w.i])
}

// End says what was wrong; also what follows the value.
func (w *Walker) End() error {
	w.space()
	if w.err == nil && w.i < len(w.s) {
		w.stop(w.fail(moreText))
	}
	return w.err
}

func (w *Walker) stop(err error) {
	if w.err == nil {
		w.err = err
	}
}
