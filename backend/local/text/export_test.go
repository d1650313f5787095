package text

// Key is the form in which a word stands in a dictionary.
func Key(word string) string { return string(appendKey(nil, []byte(word))) }

// LimitMemory makes the Builder full from n bytes on.
func (b *Builder) LimitMemory(n int) { b.maxMemory = n }

// SetHeavyPrefix makes prefixes heavy that more than n words share.
func (b *Builder) SetHeavyPrefix(n int) { b.heavyPrefix = n }

const (
	MaxWord  = maxWord
	MaxField = maxField
	OneHit   = uint64(oneHit)
)

// FieldNames are the names of the fields in the file, with the field of each.
func FieldNames() map[string]Field {
	names := map[string]Field{}
	for i, name := range fieldNames {
		names[name] = 1 << i
	}
	return names
}
