namespace WebhookPlatform.Gateway.Ingress;

/// <summary>A request that is not accepted for a reason of the sender's.</summary>
/// <param name="status">4xx.</param>
/// <param name="reason">Short name for counting, e.g. <c>body-too-large</c>.</param>
/// <param name="detail">For the operator: never a secret, a signature or content.</param>
public sealed class RequestRefusedException(int status, string reason, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    public static RequestRefusedException TooLarge(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The body is larger than the source's limit of {limit} bytes.");
}
