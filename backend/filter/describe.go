package filter

// Description is everything that a builder of filters needs to know about a
// Schema, for GET /api/schema.
type Description struct {
	// Bare is the name of the field that bare words search.
	Bare   string             `json:"bare,omitempty"`
	Fields []FieldDescription `json:"fields"`
}

// FieldDescription describes one field.
type FieldDescription struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Kind  Kind   `json:"kind"`
	// Family says that a name must be added to Name: request.header.NAME.
	Family    bool                  `json:"family"`
	Aliases   []string              `json:"aliases"`
	Choices   []string              `json:"choices"`
	Operators []OperatorDescription `json:"operators"`
}

// OperatorDescription describes one operator of a field, or its negation.
type OperatorDescription struct {
	// Op is the operator's name in the JSON form.
	Op string `json:"op"`
	// Not says that the JSON form needs "not":true beside Op.
	Not   bool   `json:"not,omitempty"`
	Label string `json:"label"`
	// Text shows the text form, with f for the field and v for the value.
	Text string `json:"text"`
	// Values is how many values it takes: none, one, two or many.
	Values string `json:"values"`
	// Input is what a value is: text, number, time, duration, size or days.
	Input string `json:"input"`
}

// Describe gives the description of the fields that are not hidden.
func (s *Schema) Describe() Description {
	d := Description{Fields: []FieldDescription{}}
	if s.bare != nil {
		d.Bare = s.bare.Name
	}
	for _, f := range s.fields {
		if f.Hidden {
			continue
		}
		d.Fields = append(d.Fields, FieldDescription{
			Name: f.Name, Label: f.Label, Kind: f.Kind, Family: f.family(),
			Aliases:   append([]string{}, f.Aliases...),
			Choices:   append([]string{}, f.Choices...),
			Operators: describeOps(f.Kind),
		})
	}
	return d
}

func describeOps(kind Kind) []OperatorDescription {
	var ops []OperatorDescription
	for _, op := range opsOf[kind] {
		for _, not := range []bool{false, true} {
			d := OperatorDescription{
				Op: opTable[op].json, Not: not, Label: kind.labelOf(op, not),
				Text: opText(op), Values: "one", Input: inputOf(kind, op),
			}
			if not {
				d.Text = "-" + d.Text
				if name := opTable[op].notJSON; name != "" {
					d.Op, d.Not = name, false
				}
			}
			switch op {
			case HasValue:
				d.Values = "none"
			case Between:
				d.Values = "two"
			}
			ops = append(ops, d)
			if op == Is {
				ops = append(ops, severalOf(d, not))
			}
		}
	}
	return ops
}

// severalOf describes f:(a OR b) beside f:a.
func severalOf(one OperatorDescription, not bool) OperatorDescription {
	one.Op, one.Label, one.Text, one.Values = "$in", "in", "f:(v OR v)", "many"
	if not {
		one.Op, one.Label, one.Text = "$not_in", "not in", "-f:(v OR v)"
	}
	return one
}

func opText(op Op) string {
	switch op {
	case Is:
		return "f:v"
	case Contains:
		return "f:*v*"
	case StartsWith:
		return "f:v*"
	case EndsWith:
		return "f:*v"
	case Matches:
		return "f:/v/"
	case HasValue:
		return "f:*"
	case Between:
		return "f:v..v"
	}
	return "f" + comparisonSigns[op] + "v"
}

func inputOf(kind Kind, op Op) string {
	switch op {
	case Contains, StartsWith, EndsWith, Matches:
		return "text"
	case DaysAgo, DaysInFuture:
		return "days"
	case MoreThanAgo, LessThanAgo, MoreThanFuture, LessThanFuture:
		return "duration"
	}
	switch kind {
	case Number, Duration, Size, Time:
		return string(kind)
	case Any:
		if ordered(op) {
			return "number"
		}
	}
	return "text"
}
