include $(sort $(wildcard $(BR2_EXTERNAL_INITWRIGHT_PATH)/package/*/*.mk))
