using System.Text;

namespace Platform.TestKit;

/// <summary>Which of the cluster's 16,384 slots a key is in.</summary>
public static class RedisSlot
{
    public const int Count = 16_384;

    /// <summary>CRC-16 (XMODEM) of the hash tag, or of the whole key where it has none, as the cluster specification says.</summary>
    public static int Of(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var open = key.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : key.IndexOf('}', open + 1);
        var hashed = close > open + 1 ? key[(open + 1)..close] : key;
        var crc = 0;
        foreach (var value in Encoding.UTF8.GetBytes(hashed))
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0)) & 0xFFFF;
            }
        }

        return crc % Count;
    }
}
