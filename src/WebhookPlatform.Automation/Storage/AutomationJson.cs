using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Storage;

// PostgreSQL orders the keys of jsonb as it likes, so "type" need not come first.
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Condition>))]
[JsonSerializable(typeof(IReadOnlyList<RuleAction>))]
internal sealed partial class AutomationJson : JsonSerializerContext;

internal static class JsonColumn
{
    /// <summary>Keeps an immutable value as one <c>jsonb</c> column.</summary>
    public static PropertyBuilder<TValue> IsJson<TValue>(this PropertyBuilder<TValue> property, JsonTypeInfo<TValue> type) =>
        property
            .HasColumnType("jsonb")
            .HasConversion(
                value => JsonSerializer.Serialize(value, type),
                text => JsonSerializer.Deserialize(text, type)!,
                new ValueComparer<TValue>(
                    (left, right) => JsonSerializer.Serialize(left!, type) == JsonSerializer.Serialize(right!, type),
                    value => JsonSerializer.Serialize(value, type).GetHashCode(StringComparison.Ordinal),
                    value => value));
}
