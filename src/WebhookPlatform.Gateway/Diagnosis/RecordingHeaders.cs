using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Remembers which headers a provider looks for, so that a diagnosis need not know its scheme.</summary>
internal sealed class RecordingHeaders(IHeaderDictionary headers) : IHeaderDictionary
{
    private readonly List<string> _asked = [];

    /// <summary>Names in the order in which they were asked for.</summary>
    public IReadOnlyList<string> Asked => _asked;

    public ICollection<string> Keys => headers.Keys;

    public ICollection<StringValues> Values => headers.Values;

    public int Count => headers.Count;

    public bool IsReadOnly => true;

    public long? ContentLength
    {
        get => headers.ContentLength;
        set => throw new NotSupportedException();
    }

    public StringValues this[string key]
    {
        get => TryGetValue(key, out var value) ? value : StringValues.Empty;
        set => throw new NotSupportedException();
    }

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value)
    {
        if (!_asked.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            _asked.Add(key);
        }

        return headers.TryGetValue(key, out value);
    }

    public bool Contains(KeyValuePair<string, StringValues> item) => headers.Contains(item);

    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex) => headers.CopyTo(array, arrayIndex);

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => headers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Add(string key, StringValues value) => throw new NotSupportedException();

    public void Add(KeyValuePair<string, StringValues> item) => throw new NotSupportedException();

    public void Clear() => throw new NotSupportedException();

    public bool Remove(string key) => throw new NotSupportedException();

    public bool Remove(KeyValuePair<string, StringValues> item) => throw new NotSupportedException();
}
