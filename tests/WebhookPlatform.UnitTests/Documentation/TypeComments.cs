using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>What types say about themselves in their documentation comments, which the compiler writes beside their assembly.</summary>
internal static partial class TypeComments
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Files = [];

    /// <summary>The type's comment.</summary>
    public static XElement Of(Type type) => Files.GetOrAdd(type.Assembly, Load).GetValueOrDefault($"T:{type.FullName}") ?? throw new InvalidOperationException($"{type} has no documentation.");

    /// <summary>A part of a comment on one line.</summary>
    public static string Markdown(XElement documentation) =>
        WhiteSpace().Replace(string.Concat(documentation.Nodes().Select(Markdown)), " ").Trim();

    private static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "b" } strong => $"**{strong.Value}**",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{JsonNamingPolicy.CamelCase.ConvertName(parameter.Attribute("name")!.Value)}`",
        XElement other => throw new InvalidOperationException($"No Markdown is known for <{other.Name}>."),
        XText text => text.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();

    private static Dictionary<string, XElement> Load(Assembly assembly) =>
        XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"), LoadOptions.PreserveWhitespace)
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);
}
