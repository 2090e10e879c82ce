using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Redis.Caching;

/// <summary>Tells types and their versions apart: by name, and by the names and types of everything public in them.</summary>
internal static class TypeShape
{
    // Deep enough for what is cached; what differs only below is caught when it is deserialised.
    private const int Deepest = 6;

    public static ulong Fingerprint(Type type)
    {
        var text = new StringBuilder();
        Describe(type, text, [], 0);
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Describe(Type type, StringBuilder text, HashSet<Type> seen, int depth)
    {
        // Without the assembly and its version: a new build of the same type reads what the old one wrote.
        text.Append(type.Namespace).Append('.').Append(type.Name);
        if (!seen.Add(type) || depth == Deepest || type.IsPrimitive)
        {
            return;
        }

        if (type.IsEnum)
        {
            text.Append('<').AppendJoin(',', Enum.GetNames(type)).Append('>');
            return;
        }

        if (type.GetElementType() is { } element)
        {
            Describe(element, text, seen, depth + 1);
        }

        foreach (var argument in type.GetGenericArguments())
        {
            text.Append('[');
            Describe(argument, text, seen, depth + 1);
            text.Append(']');
        }

        if (type.Namespace is "System" || type.Namespace?.StartsWith("System.", StringComparison.Ordinal) == true)
        {
            return;
        }

        foreach (var member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance).OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (Type(member) is { } of)
            {
                text.Append(';').Append(member.Name).Append(':');
                Describe(of, text, seen, depth + 1);
            }
        }
    }

    private static Type? Type(MemberInfo member) => member switch
    {
        PropertyInfo { CanRead: true } property => property.PropertyType,
        FieldInfo field => field.FieldType,
        _ => null,
    };
}
