using System.Xml;
using System.Xml.Linq;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Reads an XML body by local names. Never throws and resolves nothing: a document with a DTD is none.</summary>
public static class XmlFields
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };

    /// <summary>The root element; null for what is not XML.</summary>
    public static XElement? Read(ReadOnlyMemory<byte> xml)
    {
        try
        {
            using var stream = new MemoryStream(xml.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, Settings);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The first child of that name, in any namespace.</summary>
    public static XElement? Child(this XElement? parent, string name) => parent?.Elements().FirstOrDefault(child => string.Equals(child.Name.LocalName, name, StringComparison.Ordinal));

    /// <summary>The text of the first child of that name; null when there is none or it is empty.</summary>
    public static string? Text(this XElement? parent, string name) =>
        parent.Child(name) is { HasElements: false, Value: { Length: > 0 } value } ? CleanText.Free(value) : null;
}
