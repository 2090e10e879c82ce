using System.Buffers;
using System.Security.Cryptography;
using PrivacyService.Tests.Detection;
using PrivacyService.Tokens;
using PrivacyService.Vault;

namespace PrivacyService.Tests.Pseudonyms;

public sealed class PseudonymBatchTests
{
    private const int Most = 1_000_000;

    [Fact]
    public void Replace_OneValueOverAndOver_KeepsItOnceAndEndsAtTheBound()
    {
        var master = MasterKeys.DeriveFrom("a sealing secret for tests");
        Assert.True(PseudonymScope.TryParse("subject", out var scope));
        using var keys = new SubjectKey(master.Owner("usr_1"), SHA256.HashData("usr_1"u8), []).ForScope(scope, master);
        var batch = new PseudonymBatch(keys, mostValues: 3);
        var output = new ArrayBufferWriter<byte>(1024);
        Replace(1);

        var allocated = DetectionTesting.AllocatedBy(() => Replace(Most - 1));

        Assert.InRange(allocated, 0, 10_000);
        Assert.Equal((1, Most), (batch.Count, batch.Replaced));
        Assert.False(Assert.Throws<TooManyValuesException>(() => Replace(1)).AreDistinct);

        void Replace(int times)
        {
            for (var i = 0; i < times; i++)
            {
                output.ResetWrittenCount();
                batch.Replace(ValueKind.Text, "a@b.io"u8, output);
            }
        }
    }

    [Fact]
    public void Replace_SameBytesOfAnotherKind_IsAnotherValue()
    {
        var privacy = new MemoryPrivacy();

        var document = privacy.Pseudonymize("""{"a":"1","b":1,"c":"1"}""", ["a", "b", "c"]);

        Assert.Equal(2, privacy.Entries);
        Assert.Equal("""{"a":"1","b":1,"c":"1"}""", privacy.Restore(document));
    }
}
