package filter

// Canonical gives e in the form that Expr describes: flattened, without needless
// members and double negations. The filter's meaning and order stay.
func Canonical(e Expr) Expr {
	switch e := e.(type) {
	case And:
		return canonicalAnd(e)
	case Or:
		return canonicalOr(e)
	case Not:
		return negate(Canonical(e.X))
	case Cond:
		return e
	}
	return All()
}

func canonicalAnd(members And) Expr {
	var out And
	for _, m := range members {
		switch m := Canonical(m).(type) {
		case And:
			out = append(out, m...)
		case Or:
			if len(m) == 0 {
				return m
			}
			out = append(out, m)
		default:
			out = append(out, m)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

func canonicalOr(members Or) Expr {
	var out Or
	for _, m := range members {
		switch m := Canonical(m).(type) {
		case Or:
			out = append(out, m...)
		case And:
			if len(m) == 0 {
				return m
			}
			out = append(out, m)
		default:
			out = append(out, m)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

// negate gives the canonical negation of a canonical expression.
func negate(e Expr) Expr {
	switch e := e.(type) {
	case Not:
		return e.X
	case And:
		if len(e) == 0 {
			return Or(nil)
		}
	case Or:
		if len(e) == 0 {
			return And(nil)
		}
	}
	return Not{e}
}
