using System.Reflection;
using System.Text.Json;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>A record of the contracts as it travels, with what its own documentation says.</summary>
/// <param name="Summary">In Markdown.</param>
internal sealed record ContractShape(Type Type, string Summary, IReadOnlyList<ContractField> Fields)
{
    public static ContractShape Of(Type type)
    {
        var documentation = TypeComments.Of(type);
        var nullability = new NullabilityInfoContext();
        var parameters = type.GetConstructors().Single().GetParameters();
        return new ContractShape(
            type,
            TypeComments.Markdown(documentation.Element("summary")!),
            [.. parameters.Select(parameter => new ContractField(
                JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!),
                Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType,
                nullability.Create(parameter).WriteState is NullabilityState.Nullable,
                documentation.Elements("param").SingleOrDefault(param => string.Equals(param.Attribute("name")!.Value, parameter.Name, StringComparison.Ordinal)) is { } param ? TypeComments.Markdown(param) : ""))]);
    }
}

/// <summary>A field of a contract.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Type">Without the question mark.</param>
/// <param name="IsOptional">Left out where it has no value.</param>
/// <param name="Meaning">In Markdown; empty for an event's metadata.</param>
internal sealed record ContractField(string Name, Type Type, bool IsOptional, string Meaning);
