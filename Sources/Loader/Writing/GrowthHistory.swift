internal import FoundationEssentials
internal import HDF5

/// The list of growths in the root attribute of a file.
struct GrowthHistory {
  static let attribute = "tiny_diagnose_history"

  /// The entries, first to last.
  private(set) var records: [GrowthRecord] = []
  /// Whether there is an attribute of that name, and it is no such list.
  private(set) var isUnreadable = false
  private var text: String?

  /// Reads the list of a file. It is nothing the model depends on: no fault in it is an error.
  init(of file: File) {
    do throws(HDF5Error) {
      guard let attribute = try file.root.attribute(Self.attribute) else { return }
      let text = try attribute.text()
      // The brackets are counted there: a decoder follows them as deep as they go.
      guard case .list? = try? JSONValue(parsing: text),
        let records = try? JSONDecoder().decode([GrowthRecord].self, from: Data(text.utf8))
      else {
        isUnreadable = true
        return
      }
      self.text = text
      self.records = records
    } catch {
      isUnreadable = true
    }
  }

  /// The list with further entries, as text; the old ones keep their bytes.
  func appending(_ added: [GrowthRecord]) -> String {
    let entries = added.map(Self.text)
    guard let text, var list = try? EditableJSON(text) else {
      return Self.text(of: added)
    }
    if !entries.isEmpty { list.append(entries.joined(separator: ", "), to: list.root) }
    return list.edited
  }

  /// A list of entries, as text.
  static func text(of records: [GrowthRecord]) -> String {
    "[" + records.map(text).joined(separator: ", ") + "]"
  }

  private static func text(of record: GrowthRecord) -> String {
    var record = record
    // JSON knows no other numbers.
    for gain in [
      \GrowthRecord.predictedLossGain, \.measuredLossGain, \.validationLossGain,
    ] where record[keyPath: gain]?.isFinite == false {
      record[keyPath: gain] = nil
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(record) else {
      preconditionFailure("texts and finite numbers can be encoded")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
