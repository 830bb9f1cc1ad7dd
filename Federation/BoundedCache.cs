using System.Diagnostics.CodeAnalysis;

namespace Ontmoetingsplein.Federation;

/// <summary>A dictionary of bounded size that forgets what was used longest ago. Safe for several threads.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity) where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _nodes = [];
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _byUse = new();
    private readonly Lock _lock = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _nodes.Count;
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                Touch(node);
                value = node.Value.Value;
                return true;
            }
        }
        value = default;
        return false;
    }

    public void Set(TKey key, TValue value)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                node.Value = new(key, value);
                Touch(node);
                return;
            }
            if (_nodes.Count >= capacity)
            {
                _nodes.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }
            _nodes[key] = _byUse.AddFirst(new KeyValuePair<TKey, TValue>(key, value));
        }
    }

    public TValue GetOrAdd(TKey key, Func<TKey, TValue> create)
    {
        lock (_lock)
        {
            if (TryGet(key, out var value))
                return value;
            value = create(key);
            Set(key, value);
            return value;
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock)
        {
            if (_nodes.Remove(key, out var node))
                _byUse.Remove(node);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _nodes.Clear();
            _byUse.Clear();
        }
    }

    private void Touch(LinkedListNode<KeyValuePair<TKey, TValue>> node)
    {
        if (node == _byUse.First)
            return;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
    }
}
