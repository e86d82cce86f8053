using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>Judges whether a certificate descends from somebody trusted.</summary>
public interface ICertificateTrust
{
    /// <summary>Builds the chain as of a time, from what it is given alone: nothing is fetched.</summary>
    /// <param name="others">Further certificates that may link it to a root; none of them is trusted for being here.</param>
    ChainJudgement Judge(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset at);
}

/// <summary>What a certificate's chain is worth.</summary>
public enum ChainJudgement
{
    /// <summary>A wrong signature, another root, expired, or not meant for this.</summary>
    Untrusted,

    /// <summary>Nothing is wrong with it, but a certificate between it and a root is missing.</summary>
    Incomplete,

    /// <summary>It descends from a trusted root.</summary>
    Trusted,
}

/// <summary>Trusts the operating system's roots, or those it was given instead. Revocation is not looked up: that would be another request, to yet another host, in the way of every webhook.</summary>
/// <param name="roots">Null for the operating system's.</param>
/// <param name="usage">The extended key usage that a certificate which names any has to name; null for any.</param>
public sealed class CertificateTrust(X509Certificate2Collection? roots = null, Oid? usage = null) : ICertificateTrust
{
    /// <summary>The operating system's roots.</summary>
    public static CertificateTrust OperatingSystem { get; } = new();

    public ChainJudgement Judge(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.DisableCertificateDownloads = true;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.VerificationTime = at.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        policy.ExtraStore.AddRange(others);
        if (usage is not null)
        {
            policy.ApplicationPolicy.Add(usage);
        }

        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        try
        {
            return chain.Build(certificate) ? ChainJudgement.Trusted
                : chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.PartialChain) ? ChainJudgement.Incomplete
                : ChainJudgement.Untrusted;
        }
        catch (CryptographicException)
        {
            return ChainJudgement.Untrusted;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }
}
