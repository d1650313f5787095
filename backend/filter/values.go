package filter

// Values calls yield with each value that the record has in the field, until
// yield returns false. arg is what follows a family's name.
func (f *Field) Values(record any, arg string, yield func(Value) bool) {
	goOn := true
	for _, source := range f.sources() {
		source.Get(record, f.getArg(arg), func(v Value) bool {
			goOn = yield(v)
			return goOn
		})
		if !goOn {
			return
		}
	}
}

// getArg is what Get is given of what follows a family's name: a JSON path as it
// is written, any other name without its quotes.
func (f *Field) getArg(arg string) string {
	if f.Kind == Any {
		return arg
	}
	return PlainName(arg)
}
