package text

import "sort"

// A prefix is answered by walking the words that begin with it, at about a quarter of a microsecond each. That
// is quick for "vouch" and slow for "c", where every hexadecimal id that begins with c joins. So each prefix
// that more than heavyPrefix words share has its documents in the file, in a field of its own beside the words:
// no answer walks more words than that. There are few of them, and most have the same documents as another.
const heavyPrefix = 4096

// prefixField is the name of the field that holds the heavy prefixes of a field.
func prefixField(field string) string { return field + "*" }

// addPrefixes adds the heavy ones among the prefixes of the words in order, which share their first depth
// bytes, in ascending order. It expects that the field has been turned.
func (b *Builder) addPrefixes(z *layout, f *inversion, order []sortKey, depth int) error {
	if len(order) <= b.heavyPrefix {
		return nil
	}
	prefix := f.words.key(order[0].number)[:depth]
	first, last := order[0].number, order[len(order)-1].number
	var docs set
	for _, doc := range f.turned[b.cursors[first]-f.words.words[first].docs : b.cursors[last]] {
		docs.add(doc)
	}
	if err := z.add(prefix, docs.list()); err != nil {
		return err
	}
	if len(f.words.key(first)) == depth { // the prefix is a word itself
		order = order[1:]
	}
	for len(order) > 0 {
		next := f.words.key(order[0].number)[depth]
		n := sort.Search(len(order), func(i int) bool { return f.words.key(order[i].number)[depth] != next })
		if err := b.addPrefixes(z, f, order[:n], depth+1); err != nil {
			return err
		}
		order = order[n:]
	}
	return nil
}
