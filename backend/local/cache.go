package local

import (
	"container/list"
	"sync"
)

// cache keeps what was read from column files, the least recently used leaving
// first when there is more than the budget.
type cache struct {
	mu     sync.Mutex
	budget int64
	used   int64
	byKey  map[cacheKey]*list.Element
	recent *list.List // of *cached, most recent first
}

// cacheKey is a section of a file. Files are never changed under the same name
// while the store is open, but for one that was damaged: forget drops its sections.
type cacheKey struct{ path, section string }

type cached struct {
	key   cacheKey
	value any
	bytes int64
}

func newCache(budget int64) *cache {
	return &cache{budget: budget, byKey: map[cacheKey]*list.Element{}, recent: list.New()}
}

// load gives the value of key, read by read if it is not there. Two goroutines
// may read the same at the same time.
func load[T any](c *cache, key cacheKey, read func() (T, int64, error)) (T, error) {
	if value, ok := find[T](c, key); ok {
		return value, nil
	}
	value, size, err := read()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		return e.Value.(*cached).value.(T), nil
	}
	c.add(key, value, size)
	return value, nil
}

// find gives the value of key if it is there.
func find[T any](c *cache, key cacheKey) (value T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return value, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cached).value.(T), true
}

// put keeps a value, in place of the one that is there.
func (c *cache) put(key cacheKey, value any, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.drop(e)
	}
	c.add(key, value, bytes)
}

func (c *cache) add(key cacheKey, value any, bytes int64) {
	c.byKey[key] = c.recent.PushFront(&cached{key, value, bytes})
	c.used += bytes
	for c.used > c.budget && c.recent.Len() > 1 {
		c.drop(c.recent.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	v := c.recent.Remove(e).(*cached)
	delete(c.byKey, v.key)
	c.used -= v.bytes
}

// forget drops everything of a file.
func (c *cache) forget(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, e := range c.byKey {
		if key.path == path {
			c.drop(e)
		}
	}
}
