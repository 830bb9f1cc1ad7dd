using System.Security.Cryptography;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// What all cores together can do with RSA-2048: the limits that loads are measured against. A machine that is shared
/// changes its speed by a third within a minute, so each load asks anew just before it runs.
/// </summary>
internal sealed class RsaLimits
{
    private readonly byte[] pkcs8;
    private readonly byte[] data = RandomNumberGenerator.GetBytes(300);
    private readonly byte[] signature;

    public RsaLimits()
    {
        using var rsa = RSA.Create(2048);
        pkcs8 = rsa.ExportPkcs8PrivateKey();
        signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Signatures verified in a second.</summary>
    public double Verify() => OnAllCores(
        key => key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    /// <summary>Signatures made in a second.</summary>
    public double Sign() => OnAllCores(
        key => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private double OnAllCores(Action<RSA> work)
    {
        long count = 0;
        var started = TimeProvider.System.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            using var key = RSA.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out int _);
            var own = 0;
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
            {
                work(key);
                own++;
            }

            Interlocked.Add(ref count, own);
        });
        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
