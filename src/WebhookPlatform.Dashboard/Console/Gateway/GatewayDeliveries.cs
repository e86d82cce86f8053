namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>Reads deliveries from the gateway's operator API.</summary>
public sealed class GatewayDeliveries(GatewayClient gateway)
{
    /// <summary>Most bytes of a body that are read.</summary>
    public const int MostBodyBytes = 256 * 1024;

    private const string Missing = "The gateway does not keep this delivery (any more).";

    /// <summary>The delivery as kept.</summary>
    public Task<Answer<StoredDelivery>> FindAsync(Guid id, CancellationToken cancellationToken) =>
        gateway.GetAsync<StoredDelivery>($"api/deliveries/{id}", Missing, cancellationToken);

    /// <summary>The raw body, its first <see cref="MostBodyBytes"/> at most.</summary>
    public Task<Answer<byte[]>> BodyAsync(Guid id, CancellationToken cancellationToken) =>
        gateway.ReadAsync<byte[]>($"api/deliveries/{id}/body", Missing, async (content, stop) => await GatewayClient.ReadStartAsync(content, MostBodyBytes, stop), cancellationToken);
}
