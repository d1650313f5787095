package filter

import "strings"

// LabelOf describes e for a chip: Status ≥ 400, Origin is not Dashboard,
// Campaign spring-2026 or welcome-10.
func LabelOf(e Expr) string {
	switch e := Canonical(e).(type) {
	case And:
		if len(e) == 0 {
			return "Everything"
		}
		return labelMembers(e, " and ")
	case Or:
		if len(e) == 0 {
			return "Nothing"
		}
		return labelMembers(e, " or ")
	case Not:
		if c, ok := e.X.(Cond); ok {
			return labelCond(c, true)
		}
		return "not (" + LabelOf(e.X) + ")"
	case Cond:
		return labelCond(e, false)
	}
	return ""
}

func labelMembers(members []Expr, between string) string {
	var parts []string
	for _, m := range members {
		label := LabelOf(m)
		switch m.(type) {
		case And, Or:
			label = "(" + label + ")"
		}
		parts = append(parts, label)
	}
	return strings.Join(parts, between)
}

// labelOf gives what the builder calls an operator on fields of a kind.
func (k Kind) labelOf(op Op, not bool) string {
	names := opTable[op]
	switch {
	case op == Is && k == Text:
		names.label, names.notLabel = "has words", "does not have words"
	case op == StartsWith && k == Text:
		names.label, names.notLabel = "has words starting with", "does not have words starting with"
	case op == MoreThanEqual && k == Time:
		names.label, names.notLabel = "on or after", "not on or after"
	case op == LessThanEqual && k == Time:
		names.label, names.notLabel = "on or before", "not on or before"
	}
	if not {
		return names.notLabel
	}
	return names.label
}

func labelCond(c Cond, not bool) string {
	name := c.Field.Label + c.labelArg()
	values := make([]string, len(c.Values))
	for i, o := range c.Values {
		values[i] = o.Text
		if o.Text == "" || strings.TrimSpace(o.Text) != o.Text || c.Field.Kind == Text && len(Phrase(o.Text)) > 1 {
			values[i] = "“" + o.Text + "”"
		}
	}
	label := c.Field.Kind.labelOf(c.Op, not)
	switch {
	case c.Op == HasValue:
		return name + " " + label
	case c.Op == Between:
		return name + " " + label + " " + values[0] + " and " + values[1]
	case c.Op == Is && len(values) > 1 && c.Field.Kind != Text:
		if not {
			return name + " is neither " + strings.Join(values, " nor ")
		}
		return name + " " + strings.Join(values, " or ")
	case c.Op == DaysAgo || c.Op == DaysInFuture:
		days := strings.TrimSuffix(values[0], "d")
		if not {
			return name + " not " + days + " " + strings.TrimPrefix(label, "not … ")
		}
		return name + " " + days + " " + label
	case strings.Contains(label, "…"):
		return name + " " + strings.Replace(label, "…", values[0], 1)
	case opTable[c.Op].sign != "" && c.Field.Kind != Time:
		if not {
			return name + " not " + opTable[c.Op].sign + " " + values[0]
		}
		return name + " " + opTable[c.Op].sign + " " + values[0]
	}
	return name + " " + label + " " + strings.Join(values, " or ")
}

// labelArg is what follows a family's label.
func (c Cond) labelArg() string {
	if c.Arg == "" {
		return ""
	}
	return " " + c.Arg
}
