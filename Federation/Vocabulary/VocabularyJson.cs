using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>The generated serialisers of outgoing documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(TimestampConverter)])]
[JsonSerializable(typeof(PersonDocument))]
[JsonSerializable(typeof(GroupDocument))]
[JsonSerializable(typeof(ApplicationDocument))]
[JsonSerializable(typeof(NoteDocument))]
[JsonSerializable(typeof(ArticleDocument))]
[JsonSerializable(typeof(AttestationDocument))]
[JsonSerializable(typeof(TombstoneDocument))]
[JsonSerializable(typeof(CreateActivity))]
[JsonSerializable(typeof(UpdateActivity))]
[JsonSerializable(typeof(DeleteActivity))]
[JsonSerializable(typeof(FollowActivity))]
[JsonSerializable(typeof(AcceptActivity))]
[JsonSerializable(typeof(RejectActivity))]
[JsonSerializable(typeof(UndoActivity))]
[JsonSerializable(typeof(LikeActivity))]
[JsonSerializable(typeof(DislikeActivity))]
[JsonSerializable(typeof(AnnounceActivity))]
[JsonSerializable(typeof(ChooseAnswerActivity))]
[JsonSerializable(typeof(LockActivity))]
[JsonSerializable(typeof(AddActivity))]
[JsonSerializable(typeof(RemoveActivity))]
[JsonSerializable(typeof(MoveActivity))]
[JsonSerializable(typeof(FlagActivity))]
[JsonSerializable(typeof(CollectionDocument))]
[JsonSerializable(typeof(CollectionPageDocument))]
[JsonSerializable(typeof(OrderedCollectionDocument))]
[JsonSerializable(typeof(OrderedCollectionPageDocument))]
[JsonSerializable(typeof(ThreadDocument))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class VocabularyJson : JsonSerializerContext;
