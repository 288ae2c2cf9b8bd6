internal import CHDF5

/// Texts as they are stored in an attribute or a dataset. Lives inside the lock.
struct StoredTexts {
  let file: File
  /// The path of the attribute or dataset, for errors.
  let path: String

  /// Texts are kept whole; no description of a model and no list of names is larger.
  static let largestBytes = 64 << 20

  /// The bytes that each text of variable length takes where it is referred to.
  var referenceBytes: Int {
    HeapReference.storedSize(addressBytes: file.structure.file.superblock.addressBytes)
  }

  /// Texts of variable length, looked up here: the library would believe whatever length is declared.
  func variable(_ references: [UInt8], count: Int) throws(HDF5Error) -> [String] {
    let bytes = file.structure.file
    var cursor = bytes.cursor(over: references[...], of: GlobalHeap.part, at: 0)
    var texts: [String] = []
    var total = 0
    for _ in 0..<count {
      let text: [UInt8]
      do throws(StructureError) {
        let reference = try HeapReference(&cursor)
        total += reference.length
        text = total <= Self.largestBytes ? try file.structure.text(reference) : []
      } catch {
        throw error.at(path, in: file.path)
      }
      guard total <= Self.largestBytes else {
        throw failure(.tooLarge(bytes: total, stored: bytes.superblock.size))
      }
      // Programs in C take a zero for the end.
      guard let text = String(validating: text.prefix { $0 != 0 }, as: UTF8.self) else {
        throw failure(.notUTF8)
      }
      texts.append(text)
    }
    return texts
  }

  /// Texts of one length each, filled up as their type says.
  func fixed(_ bytes: [UInt8], type: hid_t, count: Int) throws(HDF5Error) -> [String] {
    let size = H5Tget_size(type)
    let padding = H5Tget_strpad(type)
    var texts: [String] = []
    for index in 0..<count {
      var field = bytes[index * size..<(index + 1) * size]
      switch padding {
      case H5T_STR_NULLTERM: field = field.prefix { $0 != 0 }
      case H5T_STR_SPACEPAD: while field.last == UInt8(ascii: " ") { field.removeLast() }
      default: while field.last == 0 { field.removeLast() }
      }
      guard let text = String(validating: field, as: UTF8.self) else { throw failure(.notUTF8) }
      texts.append(text)
    }
    return texts
  }

  private func failure(_ problem: HDF5Error.Problem) -> HDF5Error {
    HDF5Error(file: file.path, object: path, problem)
  }
}
