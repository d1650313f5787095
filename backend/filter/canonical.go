package filter

// Canonical gives e in the form that Expr describes: flattened, without needless
// members and double negations. The filter's meaning and order stay.
func Canonical(e Expr) Expr {
	switch e := e.(type) {
	case And:
		return flattened[And, Or](e)
	case Or:
		return flattened[Or, And](e)
	case Not:
		return negate(Canonical(e.X))
	case Cond:
		return e
	}
	return All()
}

// flattened gives the canonical form of an And or an Or (Own; Other is the one
// that it is not): members of its own kind become part of it, an empty member of
// the other kind decides it, and a single member stands for itself.
func flattened[Own, Other interface {
	And | Or
	Expr
}](members Own) Expr {
	var out Own
	for _, m := range members {
		switch m := Canonical(m).(type) {
		case Own:
			out = append(out, m...)
		case Other:
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
