namespace PrivacyService.Documents;

/// <summary>Finds, going forward only, where in a string as written a character of its decoded text stands.</summary>
internal ref struct WrittenPosition(ReadOnlySpan<byte> written)
{
    private readonly ReadOnlySpan<byte> _written = written;
    private int _position;
    private int _characters;

    public int Of(int character)
    {
        while (_characters < character)
        {
            Step();
        }

        return _position;
    }

    /// <summary>Whether the character at the present position is written as <c>\uXXXX</c>.</summary>
    public readonly bool IsEscaped => _position + 1 < _written.Length && _written[_position] == '\\' && _written[_position + 1] == 'u';

    private void Step()
    {
        switch (_written[_position])
        {
            case (byte)'\\':
                _position += _written[_position + 1] == 'u' ? JsonText.LongestEscape : 2;
                _characters++;
                break;
            case < 0x80:
                _position++;
                _characters++;
                break;
            case < 0xE0:
                _position += 2;
                _characters++;
                break;
            case < 0xF0:
                _position += 3;
                _characters++;
                break;
            default:
                _position += 4;
                _characters += 2;
                break;
        }
    }
}
