using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>A request that was answered 401, on its way to be looked into.</summary>
/// <param name="Body">Of <paramref name="Request"/>; held as long as somebody works on it.</param>
/// <param name="CalledUrl">What the request itself says was called, without a query.</param>
/// <param name="Rejection">What operators are told; its cause and detail are the diagnosis once there is one.</param>
public sealed record UnprovenRequest(Source Source, RawRequest Request, RequestBody Body, VerificationFailure Failure, DateTimeOffset ReceivedAt, string CalledUrl, Rejection Rejection);
