using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using WebhookPlatform.Contracts;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>A record of the contracts as it travels, with what its own documentation says.</summary>
/// <param name="Summary">In Markdown.</param>
internal sealed partial record ContractShape(Type Type, string Summary, IReadOnlyList<ContractField> Fields)
{
    private static readonly Dictionary<string, XElement> Documentation =
        XDocument.Load(Path.ChangeExtension(typeof(ContractCatalog).Assembly.Location, ".xml"), LoadOptions.PreserveWhitespace)
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    public static ContractShape Of(Type type)
    {
        var documentation = Documentation.GetValueOrDefault($"T:{type.FullName}") ?? throw new InvalidOperationException($"{type} has no documentation.");
        var nullability = new NullabilityInfoContext();
        var parameters = type.GetConstructors().Single().GetParameters();
        return new ContractShape(
            type,
            Markdown(documentation.Element("summary")!),
            [.. parameters.Select(parameter => new ContractField(
                JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!),
                Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType,
                nullability.Create(parameter).WriteState is NullabilityState.Nullable,
                documentation.Elements("param").SingleOrDefault(param => string.Equals(param.Attribute("name")!.Value, parameter.Name, StringComparison.Ordinal)) is { } param ? Markdown(param) : ""))]);
    }

    private static string Markdown(XElement documentation) =>
        WhiteSpace().Replace(string.Concat(documentation.Nodes().Select(Markdown)), " ").Trim();

    private static string Markdown(XNode node) => node switch
    {
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{JsonNamingPolicy.CamelCase.ConvertName(parameter.Attribute("name")!.Value)}`",
        XElement other => throw new InvalidOperationException($"No Markdown is known for <{other.Name}>."),
        XText text => text.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();
}

/// <summary>A field of a contract.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Type">Without the question mark.</param>
/// <param name="IsOptional">Left out where it has no value.</param>
/// <param name="Meaning">In Markdown; empty for an event's metadata.</param>
internal sealed record ContractField(string Name, Type Type, bool IsOptional, string Meaning);
