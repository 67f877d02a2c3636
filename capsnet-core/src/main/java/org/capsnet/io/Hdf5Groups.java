package org.capsnet.io;

import io.jhdf.Constants;
import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock;
import io.jhdf.SymbolTableEntry;
import io.jhdf.Utils;
import io.jhdf.btree.BTreeV1;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.SymbolTableMessage;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Walks through the groups of an HDF5 file, old ones with a table of symbols, as h5py and with it
 * Keras write them, and new ones with a few links.
 */
final class Hdf5Groups {

  /** A symbol that is a link to another. */
  private static final int SOFT_LINK = 2;

  private final Hdf5Storage storage;
  private final Map<String, ObjectHeader> datasets = new TreeMap<>();
  private final Set<Long> seen = new HashSet<>();

  private Hdf5Groups(Hdf5Storage storage) {
    this.storage = storage;
  }

  /** The headers of all data sets, by the path of names from the root. */
  static Map<String, ObjectHeader> datasets(Hdf5Storage storage) {
    Hdf5Groups groups = new Hdf5Groups(storage);
    groups.walk("", root(storage));
    return groups.datasets;
  }

  private static long root(Hdf5Storage storage) {
    Superblock superblock = storage.getSuperblock();
    if (superblock instanceof Superblock.SuperblockV0V1 old) {
      long symbol = old.getRootGroupSymbolTableAddress() - old.getBaseAddressByte();
      return new SymbolTableEntry(storage, symbol).getObjectHeaderAddress();
    }
    return ((Superblock.SuperblockV2V3) superblock).getRootGroupObjectHeaderAddress();
  }

  private void walk(String path, long address) {
    ObjectHeader header = ObjectHeader.readObjectHeader(storage, address);
    if (header.hasMessageOfType(DataSpaceMessage.class)) {
      datasets.put(path, header);
      return;
    }
    if (!seen.add(address)) {
      throw new IllegalArgumentException("the group " + path + " has more than one place");
    }
    members(path, header)
        .forEach((name, member) -> walk(path.isEmpty() ? name : path + "/" + name, member));
  }

  /** The addresses of what is in a group, by name. */
  private Map<String, Long> members(String path, ObjectHeader header) {
    if (header.hasMessageOfType(SymbolTableMessage.class)) {
      return symbols(path, header.getMessageOfType(SymbolTableMessage.class));
    }
    boolean few =
        header.hasMessageOfType(LinkInfoMessage.class)
            && header.getMessageOfType(LinkInfoMessage.class).getBTreeNameIndexAddress()
                == Constants.UNDEFINED_ADDRESS;
    if (!few) {
      throw new IllegalArgumentException(
          "/%s is no group of a form that is read: write the file by h5py's defaults"
              .formatted(path));
    }
    Map<String, Long> members = new LinkedHashMap<>();
    for (LinkMessage link : header.getMessagesOfType(LinkMessage.class)) {
      requireHard(path, link.getLinkName(), link.getLinkType() == LinkMessage.LinkType.HARD);
      members.put(link.getLinkName(), link.getHardLinkAddress());
    }
    return members;
  }

  private Map<String, Long> symbols(String path, SymbolTableMessage table) {
    ByteBuffer names = new LocalHeap(storage, table.getLocalHeapAddress()).getDataBuffer();
    Map<String, Long> members = new LinkedHashMap<>();
    for (long node :
        BTreeV1.createGroupBTree(storage, table.getBTreeAddress()).getChildAddresses()) {
      for (SymbolTableEntry symbol :
          new GroupSymbolTableNode(storage, node).getSymbolTableEntries()) {
        names.position(symbol.getLinkNameOffset());
        String name = Utils.readUntilNull(names);
        requireHard(path, name, symbol.getCacheType() != SOFT_LINK);
        members.put(name, symbol.getObjectHeaderAddress());
      }
    }
    return members;
  }

  private static void requireHard(String path, String name, boolean hard) {
    if (!hard) {
      throw new IllegalArgumentException(
          "/%s/%s is a link, which is not followed".formatted(path, name));
    }
  }
}
