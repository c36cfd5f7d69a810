using System.Text;

namespace Jevons.Tokenization.Tests;

/// <summary>Just enough of GGUF to reach the tokenizer keys of a file.</summary>
internal static class GgufMetadata
{
    public static Dictionary<string, object> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using BufferedStream buffered = new(stream, 1 << 16);
        using BinaryReader reader = new(buffered, Encoding.UTF8);
        Assert.Equal(0x46554747u, reader.ReadUInt32());
        reader.ReadUInt32();
        reader.ReadInt64();
        long count = reader.ReadInt64();
        Dictionary<string, object> values = [];
        for (long i = 0; i < count; i++)
        {
            string key = Text(reader);
            values[key] = Value(reader, reader.ReadInt32());
        }

        return values;
    }

    public static GgufTokenizer Tokenizer(string path)
    {
        Dictionary<string, object> values = Read(path);
        return new GgufTokenizer
        {
            Model = Get<string>("model"),
            Pre = Get<string>("pre"),
            Tokens = List<string>("tokens"),
            TokenTypes = List<int>("token_type"),
            Scores = List<float>("scores"),
            Merges = List<string>("merges"),
            BosId = Number("bos_token_id"),
            EosId = Number("eos_token_id"),
            UnkId = Number("unknown_token_id"),
            PadId = Number("padding_token_id"),
            AddBos = Flag("add_bos_token"),
            AddEos = Flag("add_eos_token"),
            AddSpacePrefix = Flag("add_space_prefix"),
            ChatTemplate = values.GetValueOrDefault("tokenizer.chat_template") as string,
        };

        T? Get<T>(string name)
            where T : class => values.GetValueOrDefault("tokenizer.ggml." + name) as T;

        uint? Number(string name) => values.GetValueOrDefault("tokenizer.ggml." + name) is uint value ? value : null;

        bool? Flag(string name) => values.GetValueOrDefault("tokenizer.ggml." + name) is bool value ? value : null;

        List<T>? List<T>(string name) => Get<List<object>>(name)?.Cast<T>().ToList();
    }

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes(checked((int)reader.ReadInt64())));

    private static object Value(BinaryReader reader, int type)
    {
        switch (type)
        {
            case 8:
                return Text(reader);
            case 9:
                int inner = reader.ReadInt32();
                long count = reader.ReadInt64();
                List<object> list = new((int)count);
                for (long i = 0; i < count; i++)
                {
                    list.Add(Value(reader, inner));
                }

                return list;
            default:
                return type switch
                {
                    0 => reader.ReadByte(),
                    1 => reader.ReadSByte(),
                    2 => reader.ReadUInt16(),
                    3 => reader.ReadInt16(),
                    4 => reader.ReadUInt32(),
                    5 => reader.ReadInt32(),
                    6 => reader.ReadSingle(),
                    7 => reader.ReadBoolean(),
                    10 => reader.ReadUInt64(),
                    11 => reader.ReadInt64(),
                    12 => (object)reader.ReadDouble(),
                    _ => throw new InvalidDataException($"type {type}"),
                };
        }
    }
}
