// Package text is the full-text index of one partition: which of its logs has which word.
//
// A partition is a run of at most 65,536 logs with consecutive arrival numbers; the number of a log in its
// partition is its document number here. For each partition there is one immutable file, a Bleve segment
// (zap v17), written once by a [Builder] and read by any number of goroutines through a [Segment]:
//
//	b := text.NewBuilder()
//	b.Add(0, text.RequestBody, words)     // an iter.Seq[[]byte] of the body's words, duplicates and all
//	b.Add(0, text.Message, words)
//	b.Write("p-7.zap")                    // synced, renamed into place
//
//	s, err := text.Open("p-7.zap")        // ErrDamaged: throw the file away and build it again
//	found, err := s.Term(text.Bodies, "voucher")
//
// The package knows nothing of logs or of what a word is: words come as bytes from the one tokenizer of
// package filter, case-folded, and are asked for in the same form.
//
// # It narrows, and says where it cannot
//
// An index must never say "no" where the answer is "yes". Two limits keep one odd log from costing what a
// thousand others do, and both are visible in the answer:
//
//   - A word longer than 64 bytes is kept by its first 64. Whoever asks for such a word gets the logs that
//     have a long word with that beginning as [Found.Unsure].
//   - A field of a document stops being indexed after 256 KiB of different words, and every further one once
//     the builder holds as much memory as it may. The document is then incomplete for that field: Unsure for
//     each word that it is not known to contain.
//
// So Certain documents contain the word, Unsure ones have to be looked at, all others do not contain it.
//
// # Why an own writer
//
// Bleve's own builder analyses, counts, positions and stores; none of that is used here, and it costs ten
// times what inverting the words does. The Builder writes the same file format directly, for one purpose:
// sets of document numbers per word. The stock reader is the reference, conformance_test.go holds both
// writers side by side: an upgrade that changes the format fails there. Bleve can open and search our files;
// it cannot name the documents, because nothing is stored of them.
package text

// MaxDocuments is how many documents a segment can have: document numbers are below it.
const MaxDocuments = 1 << 16

const (
	maxWord  = 64        // bytes of a word that are kept
	maxField = 256 << 10 // bytes of different words of one field of one document that are kept
)

// Field is one text of a log, or a set of them (RequestBody|Message).
type Field uint8

// The texts of a log. Their names in the file are those of the filter language.
const (
	Message Field = 1 << iota
	RequestBody
	ResponseBody

	Bodies     = RequestBody | ResponseBody
	Everywhere = Bodies | Message
)

const fieldCount = 3

// fieldNames are the names in the file, in the order of the bits, which is also that of the alphabet.
var fieldNames = [fieldCount]string{"message", "request.body", "response.body"}

// appendKey appends the form in which a word stands in a dictionary. No word of up to 64 bytes has the key of
// a longer one: those are 65 bytes long.
func appendKey(key, word []byte) []byte {
	if len(word) <= maxWord {
		return append(key, word...)
	}
	return append(append(key, word[:maxWord]...), longMark)
}

const longMark = 0xFF // no byte of UTF-8
