using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>What single steps cost.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class MicroBenchmarks : IDisposable
{
    private readonly RSA rsa = RSA.Create(2048);
    private readonly SigningKey ed25519 = SigningKey.FromEd25519Seed(
        "https://a.example/p/a#key", KeyPairs.CreateEd25519());
    private readonly byte[] text = Encoding.UTF8.GetBytes(new string('x', 300));
    private readonly byte[] activity = Peer.Reply(
        "https://a.example", "https://b.example/q/1", "https://b.example/o/t", 1);
    private byte[] signature = [];

    [GlobalSetup]
    public void Prepare() => signature = rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    [Benchmark]
    public bool RsaVerify() => rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    [Benchmark]
    public byte[] RsaSign() => rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    [Benchmark]
    public byte[] Ed25519Sign() => ed25519.Sign(text);

    [Benchmark]
    public bool EnvelopeOf2Kilobytes() => ActivityEnvelope.TryRead(activity, out _, out _);

    [Benchmark]
    public bool ReadOf2Kilobytes() => VocabularyReader.Read(activity).IsRead;

    [Benchmark]
    public byte[] CanonicalJsonOf2Kilobytes() => CanonicalJson.Write(activity);

    [Benchmark]
    public byte[] ProofOf2Kilobytes() => IntegrityProof.Sign(activity, ed25519, DateTimeOffset.UnixEpoch);

    public void Dispose()
    {
        rsa.Dispose();
        GC.SuppressFinalize(this);
    }
}
